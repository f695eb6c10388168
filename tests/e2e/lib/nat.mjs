// Two hosts that meet only through a router that translates addresses, each a network namespace:
//   caller 192.0.2.2 -- 192.0.2.1 router 10.77.0.1 -- 10.77.0.2 server
// The router hands what comes to its outer address on to the server, also from the server's own host. Needs root.
import { execFileSync } from 'node:child_process';

export const kOuter = '192.0.2.1';
export const kInner = '10.77.0.2';

const run = (line) =>
  execFileSync('/bin/sh', ['-c', line], { stdio: ['ignore', 'ignore', 'pipe'] });

/** Makes them; gives {server, caller} (names of namespaces) and remove(). Throws where that is not permitted. */
export function makeNat() {
  const [server, router, caller] = ['server', 'router', 'caller'].map(
    (name) => `parley-${process.pid}-${name}`,
  );
  const remove = () => {
    for (const name of [server, router, caller]) run(`ip netns del ${name} 2>/dev/null || true`);
  };
  try {
    for (const name of [server, router, caller])
      run(`ip netns add ${name} && ip -n ${name} link set lo up`);
    join(router, '10.77.0.1', server, kInner);
    join(router, kOuter, caller, '192.0.2.2');
    run(`ip -n ${server} route add default via 10.77.0.1`);
    run(`ip netns exec ${router} sysctl -qw net.ipv4.ip_forward=1`);
    const nft = (words) => run(`ip netns exec ${router} nft '${words}'`);
    nft('add table ip nat');
    nft('add chain ip nat in { type nat hook prerouting priority -100; }');
    nft(`add rule ip nat in ip daddr ${kOuter} dnat to ${kInner}`);
    nft('add chain ip nat out { type nat hook postrouting priority 100; }');
    nft(`add rule ip nat out ip saddr ${kInner} ip daddr ${kInner} masquerade`);
  } catch (error) {
    remove();
    throw error;
  }
  return { server, caller, remove };
}

/** A cable between two namespaces. */
function join(a, addressOfA, b, addressOfB) {
  const [endA, endB] = [`pl${process.pid % 10000}a`, `pl${process.pid % 10000}b`];
  run(`ip link add ${endA} netns ${a} type veth peer name ${endB} netns ${b}`);
  for (const [name, end, address] of [
    [a, endA, addressOfA],
    [b, endB, addressOfB],
  ]) {
    const named = `to${address.replaceAll('.', '')}`;
    run(`ip -n ${name} link set ${end} name ${named}`);
    run(`ip -n ${name} addr add ${address}/24 dev ${named} && ip -n ${name} link set ${named} up`);
  }
}
