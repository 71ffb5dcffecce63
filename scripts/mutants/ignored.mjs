/** What is not made wrong, since nothing would follow from it. */
import { PluginKind } from '@stryker-mutator/api/plugin';

/** Sentences are for people: a mutant that empties one shows nothing about money. Words that programs read have no blank between letters. */
const isProse = (text) => /[\p{L}\d,;:.)”’'] [(“‘'\p{L}]/u.test(text);

const textOf = ({ node }) => {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.raw).join('§');
  return '';
};

/** `event.type === …` or `!==`. */
const asksForType = ({ type, operator, left }) =>
  type === 'BinaryExpression' &&
  (operator === '===' || operator === '!==') &&
  left.type === 'MemberExpression' &&
  left.object.name === 'event' &&
  left.property.name === 'type';

/** `: context.…` and `: {}`: what was, stays. */
const isAsBefore = ({ type, object, properties }) =>
  (type === 'MemberExpression' && object.name === 'context') ||
  (type === 'ObjectExpression' && properties.length === 0);

const isBareReturn = ({ type, argument }) => type === 'ReturnStatement' && argument === null;

/** An action of a statechart runs on the events that the chart gives it; that it asks again is for the compiler, which does not know. */
const isForTheCompiler = ({ node, key, parent }) =>
  key === 'test' &&
  asksForType(node) &&
  ((parent.type === 'ConditionalExpression' && isAsBefore(parent.alternate)) ||
    (parent.type === 'IfStatement' && isBareReturn(parent.consequent)));

export const strykerPlugins = [
  {
    kind: PluginKind.Ignore,
    name: 'prose',
    value: { shouldIgnore: (path) => (isProse(textOf(path)) ? 'a sentence' : undefined) },
  },
  {
    kind: PluginKind.Ignore,
    name: 'narrowing',
    value: { shouldIgnore: (path) => (isForTheCompiler(path) ? 'for the compiler' : undefined) },
  },
];
