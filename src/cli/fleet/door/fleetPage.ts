/** The page of a fleet: how many stand how, and who is to be looked at first. It holds no script, and is there anew every few seconds. */
import type { VenCondition } from '../../../fleet/conditions.ts';
import type { FleetAnswer, FleetQuery } from '../../../inspector/api/fleet.ts';
import { pagePolicy, type HttpAnswer } from '../../../inspector/server/respond.ts';
import { html, nothing, type Html } from '../../../settlement/page/html.ts';
import { counted } from '../../../telling/words.ts';
import { durationText, isoText } from '../../../text/times.ts';

/** @unit s */
const anewEverySeconds = 20;

const looks: Readonly<Record<VenCondition, 'bad' | 'warn' | 'good' | ''>> = {
  quarantined: 'bad',
  failing: 'bad',
  silent: 'bad',
  unregistered: 'bad',
  late: 'bad',
  'in doubt': 'warn',
  alarmed: 'warn',
  starting: '',
  drained: '',
  paused: '',
  stopped: '',
  well: 'good',
};

const linkTo = (query: Partial<Record<keyof FleetQuery, string | number | undefined>>): string => {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' || value === 0 ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(given).toString();
  return text === '' ? './' : `./?${text}`;
};

const headline = ({ vens, counts }: FleetAnswer): string => {
  const well = counts.find(({ condition }) => condition === 'well')?.vens ?? 0;
  if (vens === 0) return 'There is no VEN to be seen';
  return well === vens
    ? `${vens === 1 ? 'The VEN is' : `All ${vens} VENs are`} well`
    : `${vens - well} of ${counted(vens, 'VEN')} ${vens - well === 1 ? 'is' : 'are'} not well`;
};

const chips = ({ vens, counts }: FleetAnswer, query: FleetQuery): Html =>
  html`<nav class="chips" aria-label="How they stand">
    <a
      class="badge"
      href="${linkTo({ ...query, condition: undefined, offset: 0 })}"
      ${current(query.condition === undefined)}
      >all <b>${vens}</b></a
    >
    ${counts.map(
      ({ condition, vens: count }) =>
        html`<a
          class="badge ${looks[condition]}"
          href="${linkTo({ ...query, condition, offset: 0 })}"
          ${current(query.condition === condition)}
          >${condition} <b>${count}</b></a
        >`,
    )}
  </nav>`;

const current = (isCurrent: boolean): Html => (isCurrent ? html` aria-current="true"` : nothing);

const row =
  (now: number) =>
  (ven: FleetAnswer['rows'][number]): Html => {
    const { venID, groups, condition, because, alarms, since, lastContactAt, phase } = ven;
    const name = phase === 'running' ? html`<a href="vens/${encodeURIComponent(venID)}/">${venID}</a>` : html`${venID}`;
    const more = alarms.length > 1 ? ` And ${alarms.length - 1} more.` : '';
    return html`<tr>
      <th scope="row">
        ${name}${groups.length === 0 ? nothing : html`<span class="quiet small">${groups.join(', ')}</span>`}
      </th>
      <td data-name="is"><span class="badge ${looks[condition]}">${condition}</span></td>
      <td data-name="for" class="number" title="${isoText(since) ?? ''}">${durationText(Math.max(0, now - since))}</td>
      <td data-name="heard" class="number">
        ${lastContactAt === null ? '–' : `${durationText(Math.max(0, now - lastContactAt))} ago`}
      </td>
      <td class="why">${because ?? `${alarms[0] ?? ''}${more}`}</td>
    </tr>`;
  };

const rows = (answer: FleetAnswer): Html =>
  answer.rows.length === 0
    ? html`<p class="empty">None of them.</p>`
    : html`<table>
        <thead>
          <tr>
            <th scope="col">VEN</th>
            <th scope="col">is</th>
            <th scope="col">for</th>
            <th scope="col">heard</th>
            <th scope="col">because</th>
          </tr>
        </thead>
        <tbody>
          ${answer.rows.map(row(answer.now))}
        </tbody>
      </table>`;

const pages = ({ total, offset, next, rows: { length } }: FleetAnswer, query: FleetQuery): Html => {
  const limit = query.limit ?? length;
  const before =
    offset === 0
      ? nothing
      : html`<a class="button" rel="prev" href="${linkTo({ ...query, offset: Math.max(0, offset - limit) })}"
          >Before</a
        >`;
  const after =
    next === null ? nothing : html`<a class="button" rel="next" href="${linkTo({ ...query, offset: next })}">Next</a>`;
  return html`<footer class="pages">
    ${before}<span class="quiet">${length === 0 ? '' : `${offset + 1} to ${offset + length} of ${total}`}</span>${after}
  </footer>`;
};

const search = ({ search: text = '', condition, group }: FleetQuery): Html =>
  html`<form method="get" action="./" role="search">
    <input
      type="search"
      name="search"
      value="${text}"
      placeholder="venID"
      aria-label="Search by venID"
      maxlength="200"
    />
    ${condition === undefined ? nothing : html`<input type="hidden" name="condition" value="${condition}" />`}
    ${group === undefined ? nothing : html`<input type="hidden" name="group" value="${group}" />`}
    <button class="button" type="submit">Search</button>
  </form>`;

/** The page as an answer. */
export const fleetPage = (answer: FleetAnswer, query: FleetQuery): HttpAnswer => ({
  contentType: 'text/html; charset=utf-8',
  headers: {
    'Content-Security-Policy': pagePolicy.replace("form-action 'none'", "form-action 'self'"),
    Refresh: String(anewEverySeconds),
  },
  body: html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${headline(answer)} · ter-ven</title>
        <link rel="icon" href="icon.svg" />
        <link rel="stylesheet" href="page.css" />
      </head>
      <body class="fleet">
        <header class="top">
          <div class="brand"><strong>ter-ven</strong></div>
          <span class="spacer"></span>
          <time class="quiet number" datetime="${isoText(answer.now) ?? ''}"
            >${(isoText(answer.now) ?? '').slice(0, 19).replace('T', ' ')} UTC</time
          >
        </header>
        <main data-shown="${answer.rows.length}">
          <h1>${headline(answer)}</h1>
          <div class="asked">${chips(answer, query)}${search(query)}</div>
          <section class="card" aria-label="VENs, the worst first">${rows(answer)} ${pages(answer, query)}</section>
        </main>
      </body>
    </html> `.markup,
});
