// The number by which the system knows a socket of Node's: one for the whole process, whichever thread opened it.

/** Node has it but does not say it. Undefined where there is none, or no socket any more. */
export function descriptorOf(socket: object): number | undefined {
  const { _handle: handle } = socket as { readonly _handle?: { readonly fd?: number } | null } // net and dgram alike
  const fd = handle?.fd
  return fd === undefined || fd < 0 ? undefined : fd
}
