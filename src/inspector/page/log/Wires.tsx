/** The XML of an exchange in both directions, with what changed since the last message of the same kind. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { WholeEntry } from '../server/answers.ts';
import { enter } from '../shell/route.ts';
import { differencesOf } from '../show/differences.ts';
import { counted } from '../../../text/quantities.ts';
import { momentText } from '../../../text/times.ts';
import { xmlLines, xmlPieces, type XmlLine } from '../show/xmlLines.ts';

type WireOf = NonNullable<WholeEntry['previous']>;

const signs = { same: ' ', added: '+', removed: '\u2212' } as const;

const isSame = (one: XmlLine, other: XmlLine): boolean => one.text === other.text && one.depth === other.depth;

const Text = ({ xml, before }: { readonly xml: string; readonly before: string | null }): VNode => {
  const lines = useMemo(
    () => differencesOf(before === null ? xmlLines(xml) : xmlLines(before), xmlLines(xml), isSame),
    [xml, before],
  );
  return (
    <pre class="xml" tabIndex={0} aria-label="XML">
      {lines.map(({ kind, line }, place) => (
        <div key={place} class={kind}>
          {before === null ? null : <span class="sign">{signs[kind]}</span>}
          <span style={{ paddingInlineStart: `${line.depth * 1.2}em` }}>
            {xmlPieces(line.text).map(({ kind: piece, text }, at) => (
              <span key={at} class={piece}>
                {text}
              </span>
            ))}
          </span>
        </div>
      ))}
    </pre>
  );
};

/** @limit XML that is drawn; what is longer can be had with `ven log show`. */
const shownCharacters = 400_000;

const Wire = ({
  of,
  name,
  previous,
  timeZone,
}: {
  readonly of: WireOf;
  readonly name: string;
  readonly previous: WireOf | null;
  readonly timeZone: string;
}): VNode => {
  const before = previous?.wire?.xml ?? null;
  const [isCompared, compare] = useState(true);
  const xml = of.wire?.xml ?? null;
  const isMarked = isCompared && before !== null;
  return (
    <div class="wire">
      <header>
        <strong>
          {name}: {of.message ?? 'no message'}
        </strong>
        <span class="quiet small">{momentText(of.recordedAt, timeZone)}</span>
        <span class="spacer" />
        {previous === null ? null : (
          <button
            type="button"
            class="button"
            aria-pressed={isMarked}
            disabled={before === null}
            onClick={() => compare(!isCompared)}
          >
            Differences
          </button>
        )}
      </header>
      {previous === null || !isMarked ? null : (
        <p class="small quiet">
          Compared with the {previous.message ?? 'message'} of{' '}
          <button type="button" class="link" onClick={() => enter('log', String(previous.position))}>
            {momentText(previous.recordedAt, timeZone)}
          </button>
        </p>
      )}
      {xml === null ? (
        <p class="quiet small">Its XML is not kept any more, or never was.</p>
      ) : xml.length > shownCharacters ? (
        <p class="quiet small">
          {counted(xml.length, 'character')}: too long to show here; `ven log show {of.position} --xml` prints it.
        </p>
      ) : (
        <Text xml={xml} before={isMarked ? before : null} />
      )}
    </div>
  );
};

/** Both directions. */
export const Wires = ({
  whole: { entry, wire, exchange, previous },
  timeZone,
}: {
  readonly whole: WholeEntry;
  readonly timeZone: string;
}): VNode => {
  const own: WireOf = { position: entry.position, message: entry.message, recordedAt: entry.recordedAt, wire };
  const { request, reply } = exchange ?? { request: null, reply: null };
  if (wire === null && request === null && reply === null) return <p class="quiet">This entry is about no message.</p>;
  const sides = [
    ['Sent', request],
    ['Received', reply],
    [
      'XML',
      request?.position === entry.position || reply?.position === entry.position ? null : wire === null ? null : own,
    ],
  ] as const;
  return (
    <>
      {sides.map(([name, of]) =>
        of === null ? null : (
          <Wire
            key={`${name} ${of.position}`}
            of={of}
            name={name}
            previous={of.position === entry.position ? previous : null}
            timeZone={timeZone}
          />
        ),
      )}
    </>
  );
};
