// A reason on its way to the API as a header, where there is no body for it.

/** RFC 9110 §5.5: a header is ASCII to be safe, so that other text goes percent-encoded, and says so. */
export function reasonHeader(reason: string | undefined): Readonly<Record<string, string>> {
  if (reason === undefined) return {}
  const plain = /^[\x20-\x7e]*$/.test(reason)
  return { 'X-Reason': plain ? reason : `utf-8''${encodeURIComponent(reason)}` }
}
