// The certificate of the admin listener, and whose it takes of clients, taken anew when the files change: nobody restarts a
// server for a renewal.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { watchFile } from '../control-plane/traffic/watch-file.js'
import type { Log } from '../log.js'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
  /** Who may have signed the certificates of clients, and what they have taken back; where clients show some. */
  readonly authorities?: string | undefined
  readonly revoked?: string | undefined
}

export interface Credentials {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca?: Buffer
  readonly crl?: Buffer
}

interface Renewable {
  setSecureContext(options: Credentials): void
}

/**
 * Connections that are open keep the one they have.
 * @param inUse what the server was made with: the files may have changed since
 * @param onTaken something else is in use from now on
 * @returns what ends the watch
 */
export function watchCertificate(
  server: Renewable,
  files: CertificateFiles,
  inUse: Credentials,
  log: Log,
  onTaken: () => void = () => undefined,
): () => void {
  let seen = fingerprint(inUse)
  const look = async (): Promise<void> => {
    try {
      const pair = await readCertificate(files)
      if (fingerprint(pair) === seen) return
      seen = fingerprint(pair)
      // Certificate and key are two files, and for a moment they are no pair: then the old ones stay.
      createSecureContext(pair)
      server.setSecureContext(pair)
      onTaken()
      log.info(
        `the certificate in ${files.certificate} is in use, good until ${new X509Certificate(pair.cert).validTo}`,
      )
    } catch (err) {
      log.error({ err }, `the certificate in ${files.certificate} was not taken; the one before stays in use`)
    }
  }
  let turn: Promise<void> = Promise.resolve()
  const soon = (): void => {
    turn = turn.then(look)
  }
  const stops = pathsOf(files).map(file => watchFile(file, soon))
  return () => {
    for (const stop of stops) stop()
  }
}

/** Rejects with the system's error, or where there is no certificate among the authorities. */
export async function readCertificate({
  certificate,
  key,
  authorities,
  revoked,
}: CertificateFiles): Promise<Credentials> {
  const [cert, own, ca, crl] = await Promise.all([certificate, key, authorities, revoked].map(read))
  // TLS takes an empty list for one by which nobody is known, and says nothing.
  if (ca !== undefined) new X509Certificate(ca)
  return { cert: cert!, key: own!, ...(ca === undefined ? {} : { ca }), ...(crl === undefined ? {} : { crl }) }
}

const read = async (path: string | undefined): Promise<Buffer | undefined> =>
  path === undefined ? undefined : readFile(path)

const pathsOf = ({ certificate, key, authorities, revoked }: CertificateFiles): readonly string[] =>
  [certificate, key, authorities, revoked].filter(path => path !== undefined)

const fingerprint = ({ cert, key, ca, crl }: Credentials): string =>
  [cert, key, ca, crl].map(part => part?.toString('base64')).join(' ')
