import type { Configuration } from '../adapters/config.ts';
import { HttpTransport } from '../adapters/httpTransport.ts';
import { loadTlsMaterial } from '../adapters/tlsMaterial.ts';

/** The way to the VTN of a configuration. */
export const transportFor = ({ settings, vtnUrl, redactor, tlsFiles }: Configuration): HttpTransport => {
  const tls = loadTlsMaterial(tlsFiles);
  return new HttpTransport({
    vtnUrl,
    redactor,
    ...(tls === undefined ? {} : { tls }),
    replyTimeoutMs: settings.replyTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    keepAliveMs: settings.keepAliveMs,
    strict: settings.strict,
    ...(settings.tlsServerName === undefined ? {} : { expectedServerName: settings.tlsServerName }),
  });
};
