// The official Graph client, told to talk to Parley. Nothing else in the bot knows that it does.
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';

/** A Graph client that signs in as the application (client credentials; msal caches the token). */
export function graphClient({ parley, tenant, appId, appSecret }) {
  const { host, hostname } = new URL(parley);
  const msal = new ConfidentialClientApplication({
    auth: {
      clientId: appId,
      clientSecret: appSecret,
      authority: new URL(tenant, parley).href,
      knownAuthorities: [host], // with the port, else msal asks the public cloud about us
    },
  });
  return Client.initWithMiddleware({
    baseUrl: new URL('/', parley).href,
    defaultVersion: 'v1.0',
    customHosts: new Set([hostname]), // without the port, else requests go out without a token
    authProvider: {
      async getAccessToken() {
        const scopes = ['https://graph.microsoft.com/.default'];
        return (await msal.acquireTokenByClientCredential({ scopes })).accessToken;
      },
    },
  });
}
