/** Certificates made by OpenSSL's own authority: with the keys, the dates and the revocation lists that real ones have. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, in PEM and as files. */
export interface OpensslIssued {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface OpensslWanted {
  /** Default EC P-256. */
  readonly key?: 'rsa' | 'ec' | 'rsa1024';
  readonly names?: readonly string[];
  readonly isAuthority?: boolean;
  readonly validFrom?: number;
  readonly validTo?: number;
  /** Where its issuer's certificate can be fetched, as the certificate says. */
  readonly issuerUrl?: string;
}

const DAY_MS = 86_400_000;

const time = (at: number): string => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;

const configuration = (folder: string): string => `
[ca]
default_ca = own
[own]
database = ${folder}/index.txt
serial = ${folder}/serial
crlnumber = ${folder}/crlnumber
new_certs_dir = ${folder}
default_md = sha256
default_crl_days = 30
unique_subject = no
policy = any
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
`;

/** An authority with a database of what it issued, and so with lists of what it revoked. */
export class OpensslAuthority {
  readonly name: string;
  readonly folder: string;
  readonly own: OpensslIssued;

  private constructor(folder: string, name: string, own: OpensslIssued) {
    this.folder = folder;
    this.name = name;
    this.own = own;
  }

  /** Makes one in a folder of its own below; a root, or one below another. */
  static make(below: string, name: string, above?: OpensslAuthority): OpensslAuthority {
    const folder = join(below, name.replaceAll(' ', '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ca.cnf'), configuration(folder));
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(join(folder, 'serial'), '1000\n');
    writeFileSync(join(folder, 'crlnumber'), '1000\n');
    if (above !== undefined) return new OpensslAuthority(folder, name, above.issue(name, { isAuthority: true }));
    const file = (kind: string): string => join(folder, `root.${kind}`);
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', ...curve, '-days', '30', '-subj', `/CN=${name}`, '-config', join(folder, 'ca.cnf')],
        ...extensions.flatMap((each) => ['-addext', each]),
        ...['-keyout', file('key'), '-out', file('pem')],
      ],
      { stdio: 'ignore' },
    );
    return new OpensslAuthority(folder, name, issuedAt(file('pem'), file('key')));
  }

  issue(subject: string, wanted: OpensslWanted = {}): OpensslIssued {
    const base = join(this.folder, subject.replaceAll(' ', '-'));
    const [certificateFile, keyFile, request] = [`${base}.pem`, `${base}.key`, `${base}.csr`];
    const kinds = { ec: 'ec', rsa: 'rsa:2048', rsa1024: 'rsa:1024' } as const;
    const kind = wanted.key ?? 'ec';
    execFileSync(
      'openssl',
      [
        ...['req', '-new', '-nodes', '-newkey', kinds[kind], '-subj', `/CN=${subject}`],
        ...(kind === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:P-256'] : []),
        ...['-config', join(this.folder, 'ca.cnf'), '-keyout', keyFile, '-out', request],
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(
      `${base}.ext`,
      [
        `basicConstraints=critical,CA:${wanted.isAuthority ? 'TRUE' : 'FALSE'}`,
        ...(wanted.isAuthority ? ['keyUsage=critical,keyCertSign,cRLSign'] : []),
        ...(wanted.names ? [`subjectAltName=${wanted.names.map((each) => `DNS:${each}`).join(',')}`] : []),
        ...(wanted.issuerUrl ? [`authorityInfoAccess=caIssuers;URI:${wanted.issuerUrl}`] : []),
      ].join('\n'),
    );
    const from = wanted.validFrom ?? Date.now() - DAY_MS;
    this.#openssl([
      ...['-batch', '-notext', '-in', request, '-out', certificateFile, '-extfile', `${base}.ext`],
      ...['-startdate', time(from), '-enddate', time(wanted.validTo ?? Date.now() + 20 * DAY_MS)],
    ]);
    return issuedAt(certificateFile, keyFile);
  }

  /** Issues what a request asks for; gives the file. */
  sign(request: string): string {
    const file = `${request}.signed.pem`;
    this.#openssl(['-batch', '-notext', '-in', request, '-out', file, '-days', '20']);
    return file;
  }

  revoke({ certificateFile }: OpensslIssued): void {
    this.#openssl(['-revoke', certificateFile]);
  }

  /** Its list of what it revoked, as of now. */
  crl(): string {
    const file = join(this.folder, 'list.pem');
    this.#openssl(['-gencrl', '-out', file]);
    return readFileSync(file, 'utf8');
  }

  /** One that was good until a while ago. */
  oldCrl(): string {
    const file = join(this.folder, 'old.pem');
    const now = Date.now();
    const dates = ['-crl_lastupdate', time(now - 3 * DAY_MS), '-crl_nextupdate', time(now - DAY_MS)];
    this.#openssl(['-gencrl', ...dates, '-out', file]);
    return readFileSync(file, 'utf8');
  }

  #openssl(given: readonly string[]): void {
    const { certificateFile, keyFile } = this.own;
    const own = ['-config', join(this.folder, 'ca.cnf'), '-cert', certificateFile, '-keyfile', keyFile];
    execFileSync('openssl', ['ca', ...own, ...given], { stdio: 'ignore' });
  }
}

const issuedAt = (certificateFile: string, keyFile: string): OpensslIssued => ({
  certificate: readFileSync(certificateFile, 'utf8'),
  key: readFileSync(keyFile, 'utf8'),
  certificateFile,
  keyFile,
});
