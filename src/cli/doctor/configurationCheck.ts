import { good, warning, type DoctorCheck, type Finding } from './finding.ts';

const FALLBACK_VEN_ID = 'bellawatt.example.ven.123';

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
