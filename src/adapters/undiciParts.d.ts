declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';
  const part: typeof buildConnector;
  export = part;
}

declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici';
  const part: typeof Client;
  export = part;
}
