import { plainnessOf } from '../../adapters/secrets/redact.ts';
import { good, warning, type DoctorCheck, type Finding } from './finding.ts';

const FALLBACK_VEN_ID = 'bellawatt.example.ven.123';

/** What hiding a token costs that is a word or a number. */
const plainTokenFindings: Readonly<Record<'whole' | 'part', readonly [finding: string, advice: string]>> = {
  whole: [
    'The token in the VTN URL is a plain word or number: it can be guessed, and wherever the same stands in what is shown, it is hidden as ***.',
    'Ask the VTN’s operator for a token of 16 or more random characters.',
  ],
  part: [
    'A part of the VTN URL’s path is a plain word or number: the path is the token, so wherever the same stands in what is shown, it is hidden as ***.',
    'Nothing is lost by it: read *** in a sentence as that word.',
  ],
};

/** What the configuration says, and what about it should be changed. */
export const configurationCheck: DoctorCheck = async ({ configuration }) => {
  const { settings, vtnUrl, origins, warnings } = configuration;
  const found: Finding[] = [
    good(
      'configuration',
      `VEN ${settings.venID} ("${settings.venName}") for the VTN ${vtnUrl.alias}, log in ${settings.dataDirectory}.`,
    ),
    ...warnings.map((each) => warning('configuration', each)),
  ];
  if (settings.venID === FALLBACK_VEN_ID) {
    found.push(
      warning(
        'configuration',
        'The venID is the example of the reference client.',
        'Give the venID the programme handed out: -v or VEN_ID.',
      ),
    );
  }
  const plainness = plainnessOf(vtnUrl.secretPrefix);
  if (plainness !== null) found.push(warning('configuration', ...plainTokenFindings[plainness]));
  if (!vtnUrl.endsAsStandard) {
    found.push(
      warning(
        'configuration',
        'The VTN URL does not end in /OpenADR2/Simple/2.0b as the standard says.',
        'Check it for a part that was cut off; some VTNs understand it all the same.',
      ),
    );
  }
  if (vtnUrl.origin.startsWith('http:') && settings.allowPlainHttp) {
    found.push(
      warning(
        'configuration',
        'The connection to the VTN is not encrypted.',
        'Anyone on the way can read the token and change prices: use https:// if the VTN offers it.',
      ),
    );
  }
  if (!origins.has('priceUnit')) {
    found.push(
      warning(
        'configuration',
        `The price unit is the default, ${settings.priceUnit}.`,
        'The programme’s prices carry no unit: set priceUnit explicitly once you know it.',
      ),
    );
  }
  return found;
};
