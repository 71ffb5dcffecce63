/** Addresses a server of ours listens at. */
import { networkInterfaces } from 'node:os';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Whether an address can be reached from this machine only. */
export const isLoopback = (address: string): boolean => loopback.has(address);

/** An address as it stands in a URL. */
export const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** The addresses of this machine. */
export const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));

/** Addresses that stand for every one this machine has. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Values of the Host header that lead to a server on purpose. `own`: addresses this machine has. `allowed`: names it goes by. */
export const hostsOf = (
  address: string,
  port: number,
  own: readonly string[],
  allowed: readonly string[] = [],
): ReadonlySet<string> => {
  const isEverywhere = everywhere.has(address);
  const names = [
    ...(isLoopback(address) || isEverywhere ? ['127.0.0.1', 'localhost', '[::1]'] : []),
    bracketed(address),
    ...(isEverywhere ? own.map(bracketed) : []),
  ];
  // Behind a proxy the port is the proxy's own, and the usual one is not said.
  const named = allowed.flatMap((name) => (/:\d+$/.test(name) ? [name] : [name, `${name}:${port}`]));
  return new Set([...named, ...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
};
