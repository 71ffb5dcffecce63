import { parseArgs } from 'node:util';
import { didYouMean } from '../text/nearest.ts';

/** One option of a command: a switch, or a text with the placeholder that stands for it in the help. */
export interface OptionSpec {
  readonly short?: string;
  /** Absent for a switch. */
  readonly placeholder?: string;
  readonly help: string;
  /** May be given without a value, like a switch; a value then follows after "=". */
  readonly isValueOptional?: true;
  /** May be given more than once. */
  readonly multiple?: boolean;
}

/** Options by their long name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The arguments that follow the options. */
export interface OperandSpec {
  readonly placeholder: string;
  readonly required: boolean;
}

/** What a command accepts. */
export interface Grammar {
  /** As it is called: `ven log show`. */
  readonly name: string;
  readonly options: OptionTable;
  readonly operands?: readonly OperandSpec[];
}

/** What was given, understood. */
export interface ParsedArguments {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** The last text given for an option. */
  text(name: string): string | undefined;
}

/** A command line that cannot be understood: what, where, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const usageError = (grammar: Grammar, sentence: string): UsageError =>
  new UsageError(`${sentence} Run "ven help${grammar.name.replace(/^ven/, '')}" to see what may be given.`);

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

const longNames = (grammar: Grammar): readonly string[] => Object.keys(grammar.options).map((name) => `--${name}`);

const checkOption = (grammar: Grammar, { name, rawName, value, inlineValue }: OptionToken): void => {
  const spec = grammar.options[name];
  if (spec === undefined) {
    throw usageError(
      grammar,
      `"${grammar.name}" has no option ${rawName}.${rawName.startsWith('--') ? didYouMean(rawName, longNames(grammar)) : ''}`,
    );
  }
  if (spec.placeholder === undefined) {
    if (value !== undefined)
      throw usageError(grammar, `The option ${rawName} of "${grammar.name}" is a switch and takes no value.`);
    return;
  }
  if (spec.isValueOptional && value === undefined) return;
  if (value === undefined || value === '')
    throw usageError(
      grammar,
      `The option ${rawName} of "${grammar.name}" needs a value: write ${rawName} ${spec.placeholder}.`,
    );
  if (inlineValue === false && /^--?[a-z]/i.test(value)) {
    throw usageError(
      grammar,
      `The option ${rawName} of "${grammar.name}" needs a value, and "${value}" looks like the next option: write --${name}=${value} if it is meant.`,
    );
  }
};

const checkOperands = (grammar: Grammar, operands: readonly string[]): void => {
  const specs = grammar.operands ?? [];
  const surplus = operands[specs.length];
  if (surplus !== undefined) {
    const hint = /^[\u2010-\u2015\u2212]/.test(surplus)
      ? ' Its first sign is a typographic dash: type "-" instead.'
      : '';
    throw usageError(grammar, `"${grammar.name}" does not know what to do with "${surplus}".${hint}`);
  }
  const missing = specs[operands.length];
  if (missing?.required) throw usageError(grammar, `"${grammar.name}" needs ${missing.placeholder}.`);
};

/**
 * Reads the arguments of a command.
 * @throws UsageError
 */
export const parseArguments = (grammar: Grammar, args: readonly string[]): ParsedArguments => {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(grammar.options).map(([name, { short, placeholder, isValueOptional }]) => [
        name,
        {
          type: placeholder === undefined || isValueOptional ? ('boolean' as const) : ('string' as const),
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
  });
  const texts = new Map<string, string[]>();
  const switches = new Set<string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    checkOption(grammar, token);
    if (token.value === undefined) switches.add(token.name);
    else
      texts.set(token.name, [
        ...(grammar.options[token.name]?.multiple ? (texts.get(token.name) ?? []) : []),
        token.value,
      ]);
  }
  checkOperands(grammar, operands);
  return { texts, switches, operands, text: (name) => texts.get(name)?.at(-1) };
};
