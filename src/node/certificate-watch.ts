// The certificate of the admin listener, taken anew when its files change: nobody restarts a server for a renewal.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { watchFile } from '../control-plane/traffic/watch-file.js'
import type { Log } from '../log.js'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

export interface Pair {
  readonly cert: Buffer
  readonly key: Buffer
}

interface Renewable {
  setSecureContext(options: { readonly cert: Buffer; readonly key: Buffer }): void
}

/**
 * Connections that are open keep the one they have.
 * @param inUse what the server was made with: the files may have changed since
 * @returns what ends the watch
 */
export function watchCertificate(server: Renewable, files: CertificateFiles, inUse: Pair, log: Log): () => void {
  let seen = fingerprint(inUse)
  const look = async (): Promise<void> => {
    try {
      const pair = await readCertificate(files)
      if (fingerprint(pair) === seen) return
      seen = fingerprint(pair)
      // Certificate and key are two files, and for a moment they are no pair: then the old ones stay.
      createSecureContext(pair)
      server.setSecureContext(pair)
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
  const stops = [files.certificate, files.key].map(file => watchFile(file, soon))
  return () => {
    for (const stop of stops) stop()
  }
}

/** Rejects with the system's error. */
export async function readCertificate({ certificate, key }: CertificateFiles): Promise<Pair> {
  return { cert: await readFile(certificate), key: await readFile(key) }
}

const fingerprint = ({ cert, key }: Pair): string => `${cert.toString('base64')} ${key.toString('base64')}`
