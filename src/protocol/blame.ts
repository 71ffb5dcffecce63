import type { Refusal } from './errors.ts';
import { isMessageName, messagesByElement } from './messages/table.ts';
import type { MessageName } from './messages/names.ts';
import { childOf, childrenOf, textOf, type XmlElement } from './xml/element.ts';
import { pyld } from './xml/names.ts';
import type { RefusalSignal } from './xml/refuse.ts';
import { trimXml } from './xml/whitespace.ts';

const requestIDName = pyld('requestID');

/** @limit A message stands at most three elements deep. */
const deepest = 3;

const findMessage = (element: XmlElement, depth = 1): XmlElement | undefined => {
  if (messagesByElement.has(element.name)) return element;
  if (depth === deepest) return undefined;
  for (const child of childrenOf(element)) {
    const found = findMessage(child, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A requestID stands in the message, or in its only wrapper (eiRequestEvent); that in an eiResponse is another's. */
const requestIDOf = (message: XmlElement): string | undefined => {
  const own = childOf(message, requestIDName);
  const wrapped = childOf(childOf(message, pyld('eiRequestEvent')), requestIDName);
  const element = own ?? wrapped;
  return element === undefined ? undefined : trimXml(textOf(element));
};

/** A text that broke off still shows its message in the path to where it did. */
const messageInPath = (path: string): MessageName | undefined => path.split('/').find(isMessageName);

/** What a refusal says, as far as the message and its requestID can be told. */
export const refusalOf = (signal: RefusalSignal, root: XmlElement | undefined): Refusal => {
  const element = root && findMessage(root);
  const message = element === undefined ? messageInPath(signal.path) : messagesByElement.get(element.name)?.message;
  const requestID = element && requestIDOf(element);
  return {
    kind: signal.kind,
    path: signal.path,
    text: signal.message,
    responseCode: signal.responseCode,
    ...(message !== undefined && { message }),
    ...(requestID !== undefined && { requestID }),
  };
};
