/**
 * The page that frames Stately's hosted inspector and feeds it.
 *
 * It says first what that means, and loads nothing of Stately's before a person has agreed. What it feeds has been freed
 * of everything that is somebody's own where it left the server.
 */
import { commonHeaders, type HttpAnswer } from './respond.ts';
import { statelyPaths } from './statelySocket.ts';

/** Stately's hosted inspector. */
export const statelyInspector = 'https://stately.ai/inspect';

const html = (inspector: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ter-ven in Stately’s inspector</title>
<link rel="stylesheet" href="/stately/page.css">
<script type="module" src="/stately/page.js"></script>
</head>
<body data-inspector="${inspector}" data-feed="${statelyPaths.forThirdParty}">
<main id="notice">
<h1>This hands the machines’ states to Stately</h1>
<p>The frame that opens here is a page of <strong>${new URL(inspector).host}</strong>, a third party. It is loaded from there, and it is sent, for as long as it is open:
the definitions of this program’s machines, which state each machine is in, and the names of the events it hears.</p>
<p>It is not sent identifiers, prices, energy, times, or anything else that machines remember: of those only the names of the fields go out.</p>
<p>The inspector at <a href="/">this server’s own page</a> shows more and sends nothing anywhere.</p>
<button id="agree" type="button">Open Stately’s inspector and feed it</button>
<p id="problem" role="alert"></p>
</main>
</body>
</html>
`;

const css = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
html,body{height:100%;margin:0}
main{max-width:42rem;margin:0 auto;padding:3rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25}
button{font:inherit;padding:.6rem 1rem}
iframe{display:block;width:100%;height:100%;border:0}
[hidden]{display:none}
`;

const js = `const { inspector, feed } = document.body.dataset;
const origin = new URL(inspector).origin;
const notice = document.getElementById('notice');
const waitingLimit = 5000;

/** Messages wait until the framed page says that it listens; it gets them under its own origin only. */
const begin = () => {
  const frame = document.createElement('iframe');
  frame.title = 'Stately’s inspector';
  frame.referrerPolicy = 'no-referrer';
  frame.sandbox = 'allow-scripts allow-same-origin allow-popups allow-forms';
  let isConnected = false;
  let waiting = [];
  const pass = (message) => frame.contentWindow.postMessage(message, origin);
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin || data?.type !== '@statelyai.connected') return;
    isConnected = true;
    for (const message of waiting) pass(message);
    waiting = [];
  });
  const listen = () => {
    const socket = new WebSocket(new URL(feed, location.href.replace(/^http/, 'ws')));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (isConnected) pass(message);
      else if (waiting.length < waitingLimit) waiting.push(message);
    };
    socket.onclose = () => setTimeout(listen, 2000);
  };
  frame.src = inspector;
  notice.hidden = true;
  document.body.append(frame);
  listen();
};

document.getElementById('agree').addEventListener('click', begin, { once: true });
`;

/** The page's own policy: Stately's page in a frame, and the socket of this server. */
const policy = (inspector: string, host: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; frame-src ${new URL(inspector).origin}; connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The files of the page, by path; null for other paths. `host`: as the browser addressed this server. */
export const statelyPage = (pathname: string, inspector: string, host: string): HttpAnswer | null => {
  switch (pathname) {
    case '/stately':
      return {
        contentType: 'text/html; charset=utf-8',
        body: html(inspector),
        headers: { ...commonHeaders, 'Content-Security-Policy': policy(inspector, host) },
      };
    case '/stately/page.js':
      return { contentType: 'text/javascript; charset=utf-8', body: js };
    case '/stately/page.css':
      return { contentType: 'text/css; charset=utf-8', body: css };
    default:
      return null;
  }
};
