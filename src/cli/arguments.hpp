#pragma once

#include <string>
#include <variant>
#include <vector>

/// What was asked for on the command line: one struct for each verb.
namespace parley::cli {

inline constexpr const char* kDefaultUrl = "https://127.0.0.1:8443";
inline constexpr const char* kDefaultDataDir = "parley-data";

/// Which server, and in which tenant. Empty texts: not said. Here and below members have `{}` so
/// that designated initializers may leave them out.
struct ConnectionArguments {
  std::string url{};
  std::string data_dir{};  ///< where the server keeps ca.pem and admin.token
  std::string config{};    ///< the server's configuration, which says both
  std::string tenant{};    ///< an id or a domain; may be left out where there is one tenant
};

/// `cli/serve` reads them itself.
struct ServeArguments {
  std::vector<std::string> words{};
};

struct AppCreate {
  ConnectionArguments connection{};
  std::string name{};
  std::string webhook{};
  std::string dialect{};      ///< of what is told there; empty: v1.0
  std::string certificate{};  ///< a PEM or DER file, or empty
  std::vector<std::string> roles{};
};
struct AppList {
  ConnectionArguments connection{};
};
/// In these `app` is an application id or a display name.
struct AppShow {
  ConnectionArguments connection{};
  std::string app{};
};
struct AppGrant {
  ConnectionArguments connection{};
  std::string app{};
  std::vector<std::string> roles{};
};
struct AppRevoke {
  ConnectionArguments connection{};
  std::string app{};
  std::vector<std::string> roles{};
};
struct AppWebhook {
  ConnectionArguments connection{};
  std::string app{};
  std::string webhook{};
  std::string dialect{};
};
struct AppSecret {
  ConnectionArguments connection{};
  std::string app{};
};
struct AppRemoveSecret {
  ConnectionArguments connection{};
  std::string app{};
  std::string key_id{};  ///< as AppShow prints it
};
struct AppCertificate {
  ConnectionArguments connection{};
  std::string app{};
  std::string certificate{};
};
struct AppRemoveCertificate {
  ConnectionArguments connection{};
  std::string app{};
  std::string key_id{};  ///< as AppShow prints it
};
struct AppRemove {
  ConnectionArguments connection{};
  std::string app{};
};
struct AppRoles {
  ConnectionArguments connection{};
};

struct UserCreate {
  ConnectionArguments connection{};
  std::string name{};  ///< before the @, or whole
  std::string display_name{};
  bool password_from_stdin = false;  ///< else one is made and printed
};
struct UserList {
  ConnectionArguments connection{};
};
struct UserRemove {
  ConnectionArguments connection{};
  std::string name{};
};

struct TenantCreate {
  ConnectionArguments connection{};
  std::string domain{};
  std::string display_name{};
};
struct TenantList {
  ConnectionArguments connection{};
};

struct WebhookList {
  ConnectionArguments connection{};
  int limit = 100;
};
/// Of those that were set aside: the ones named, or all.
struct WebhookReplay {
  ConnectionArguments connection{};
  std::vector<std::string> notifications{};
  bool all = false;
};
struct WebhookDiscard {
  ConnectionArguments connection{};
  std::vector<std::string> notifications{};
  bool all = false;
};

struct CallShow {
  ConnectionArguments connection{};
  std::string call{};
};

/// A call as a user makes it, without a microphone.
struct CallArguments {
  ConnectionArguments connection{};
  std::string from{};         ///< a demo user's name, or a whole userPrincipalName
  std::string to{};           ///< a bot's name or id; empty: wait to be called
  std::string play{};         ///< a WAV file, or empty: silence
  double play_after_s = 0.0;  ///< from the answer
  bool loop = false;
  std::string dtmf{};                  ///< as client/digit_script reads it, e.g. `w500 1`
  std::string record{};                ///< the WAV file to write, or empty
  std::vector<std::string> expects{};  ///< as client/expectation reads them
  double duration_s = 30.0;            ///< from the answer; then it hangs up
  bool password_from_stdin = false;    ///< else it is that of demo-users.json
};

using Command =
    std::variant<ServeArguments, AppCreate, AppList, AppShow, AppGrant, AppRevoke, AppWebhook,
                 AppSecret, AppRemoveSecret, AppCertificate, AppRemoveCertificate, AppRemove,
                 AppRoles, UserCreate, UserList, UserRemove, TenantCreate, TenantList, WebhookList,
                 WebhookReplay, WebhookDiscard, CallShow, CallArguments>;

}  // namespace parley::cli
