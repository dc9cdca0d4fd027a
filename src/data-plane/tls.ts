// DNS over TLS (RFC 7858): what turns an accepted connection into an encrypted one. The certificate is read again when its
// files change, for the connections that come after.
import { readFileSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'

/** Paths of PEM files. */
export interface CertificateFiles {
  /** The certificate, and behind it those that lead to one that clients know. */
  readonly certificate: string
  readonly key: string
}

/** RFC 7858 §3.1 gives it no name of its own; RFC 7301's registry does. */
const PROTOCOL = 'dot'
const LOOK_EVERY_MS = 1000

export interface Door {
  /** Calls `use` with what the client says in private. Where it does not come to that in time, the connection is closed. */
  enter(socket: Socket, use: (secure: Socket) => void, failed: () => void): void
  close(): void
}

/** @param handshakeMs how long a client may take until it has said something in private @throws Error in words */
export function openDoor(files: CertificateFiles, handshakeMs: number, onWarning: (text: string) => void): Door {
  // Before they are read: what changes from here on is seen as a change.
  let seen = stampOf(files)
  let context = readContext(files)
  let refused = ''
  const look = (): void => {
    try {
      const stamp = stampOf(files)
      if (stamp === seen) return
      seen = stamp
      context = readContext(files)
      refused = ''
    } catch (error) {
      // Certificate and key are two files: for a moment they may not belong together.
      const why = error instanceof Error ? error.message : String(error)
      if (why !== refused) onWarning(`${why}; the certificate before it stays in use`)
      refused = why
    }
  }
  // By looking and not by events: certificates are often reached by links, of which any may be what changes.
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  return {
    enter(socket, use, failed) {
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext: context,
        ALPNProtocols: [PROTOCOL],
        requestCert: false,
      })
      const late = setTimeout(() => secure.destroy(), handshakeMs)
      late.unref()
      let open = false
      secure.once('secure', () => {
        clearTimeout(late)
        open = true
        // A second handshake on a connection gives a client nothing, and costs us one.
        secure.disableRenegotiation()
        use(secure)
      })
      secure.on('error', () => secure.destroy())
      secure.once('close', () => {
        clearTimeout(late)
        socket.destroy()
        if (!open) failed()
      })
    },
    close() {
      clearInterval(timer)
    },
  }
}

/** Differs once one of the files is another one, or has been written. */
const stampOf = ({ certificate, key }: CertificateFiles): string =>
  [certificate, key]
    .map(path => statSync(path, { bigint: true, throwIfNoEntry: false }))
    .map(file => (file === undefined ? 'none' : `${file.ino} ${file.mtimeNs} ${file.size}`))
    .join()

/** @throws Error that names what cannot be used */
function readContext({ certificate, key }: CertificateFiles): SecureContext {
  const [cert, privateKey] = [read(certificate), read(key)]
  try {
    // RFC 9325 §3.1.1: nothing older than TLS 1.2.
    return createSecureContext({ cert, key: privateKey, minVersion: 'TLSv1.2' })
  } catch (error) {
    throw new Error(`${certificate} with ${key}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Error(`the certificate cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
