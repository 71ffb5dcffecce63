/** The page in the browser. */
import { render } from 'preact';
import { listen } from './server/feed.ts';
import { App } from './shell/App.tsx';
import { keepKeys } from './shell/keys.ts';
import { keepAddress } from './shell/route.ts';
import { keepTheme } from './shell/theme.ts';
import { keepPlaying } from './time/replaying.ts';
import { keepLooking } from './where/places.ts';

keepTheme();
keepAddress();
keepKeys();
keepPlaying();
keepLooking();
listen();
const page = document.getElementById('page');
if (page !== null) {
  page.textContent = '';
  render(<App />, page);
}
