import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ParseOption,
  XmlDocument,
  XmlLibError,
  XsdValidator,
  xmlRegisterInputProvider,
  XmlBufferInputProvider,
} from 'libxml2-wasm';
import { readdirSync } from 'node:fs';
import { sharedDirectory, sharedIsPresent } from './shared.ts';

const schemaDirectory = join(sharedDirectory, 'openadr', 'xsd');

/** Imports of the schema are answered from memory, so that nothing is looked up anywhere else. */
const registerSchemaFiles = (): void => {
  const names = readdirSync(schemaDirectory).filter((name) => name.endsWith('.xsd'));
  const files = Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(join(schemaDirectory, name)))]),
  );
  xmlRegisterInputProvider(new XmlBufferInputProvider(files));
};

let compiled: XsdValidator | undefined;

const validator = (): XsdValidator => {
  if (compiled !== undefined) return compiled;
  registerSchemaFiles();
  const schema = XmlDocument.fromBuffer(readFileSync(join(schemaDirectory, 'oadr_20b.xsd')), { url: 'oadr_20b.xsd' });
  compiled = XsdValidator.fromDoc(schema);
  schema.dispose();
  return compiled;
};

const complaints = (error: unknown): string[] => {
  if (!(error instanceof XmlLibError)) throw error;
  return error.details.length > 0
    ? error.details.map((detail) => `line ${String(detail.line)}: ${detail.message.trim()}`)
    : [error.message];
};

/** Whether messages can be validated: the schema is where `test/support/shared.ts` looks for it. */
export const xsdIsPresent = sharedIsPresent;

/**
 * What the OpenADR 2.0b schema has to say against a text: nothing when it is valid.
 *
 * A text that is not well-formed is answered with the parser's complaint.
 */
export const validateAgainstXsd = (xml: string): string[] => {
  let document: XmlDocument | undefined;
  try {
    document = XmlDocument.fromString(xml, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_BIG_LINES });
    validator().validate(document);
    return [];
  } catch (error) {
    return complaints(error);
  } finally {
    document?.dispose();
  }
};
