/** Sentences are for people: a mutant that empties one shows nothing about money. Words that programs read have no blank between letters. */
import { PluginKind } from '@stryker-mutator/api/plugin';

const isProse = (text) => /[\p{L}\d,;:.)”’'] [(“‘'\p{L}]/u.test(text);

const textOf = ({ node }) => {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.raw).join('§');
  return '';
};

export const strykerPlugins = [
  {
    kind: PluginKind.Ignore,
    name: 'prose',
    value: { shouldIgnore: (path) => (isProse(textOf(path)) ? 'a sentence' : undefined) },
  },
];
