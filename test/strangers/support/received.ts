import { readElement, type Element } from './element.ts';

/** A request as it arrived. */
export interface Received {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The last part of the path: `EiEvent`. */
  readonly service: string;
  /** Names as they were written, values, one after the other; empty where no HTTP was in between. */
  readonly rawHeaders: readonly string[];
  readonly xml: string;
  readonly root: Element;
  /** The message within its envelope. */
  readonly message: Element;
  readonly name: string;
}

const inEnvelope = (root: Element): Element => {
  const inner =
    root.name === 'oadrPayload' ? root.children.find(({ name }) => name === 'oadrSignedObject')?.children[0] : root;
  if (inner === undefined) throw new Error('There is an oadrPayload without a message.');
  return inner;
};

/** Takes a request apart. @throws when its body is not XML */
export const asReceived = (request: Omit<Received, 'root' | 'message' | 'name' | 'service'>): Received => {
  const root = readElement(request.xml);
  const message = inEnvelope(root);
  return { ...request, service: request.path.split('/').at(-1) ?? '', root, message, name: message.name };
};
