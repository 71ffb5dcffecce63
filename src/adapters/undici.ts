/**
 * The two parts of undici that are used, loaded by themselves: the whole library brings fetch, caches and WebSocket along,
 * which cost 40 ms and 8 MB at each start. The version is pinned exactly, so these paths cannot move unnoticed.
 */
import type { buildConnector as BuildConnector, Client as UndiciClient } from 'undici';
import connectorPart from 'undici/lib/core/connect.js';
import clientPart from 'undici/lib/dispatcher/client.js';

/** A connection to one origin, kept open between requests. */
export const Client: typeof UndiciClient = clientPart;
export type Client = UndiciClient;

/** Makes connections, and shows the certificate of each. */
export const buildConnector: typeof BuildConnector = connectorPart;

export type { Dispatcher, buildConnector as Connectors } from 'undici';
