// Checks of the traffic document: what is asked of an address, when, and how what comes back is judged.

export type CheckSpec = ProbedCheckSpec | CalculatedCheckSpec

/** What is asked, or told, of each address by itself. */
export type ProbedCheckSpec =
  | HttpCheckSpec
  | TcpCheckSpec
  | TlsCheckSpec
  | GrpcCheckSpec
  | DnsCheckSpec
  | IcmpCheckSpec
  | MetricCheckSpec
  | ExecCheckSpec
  | PushCheckSpec
  | PassiveCheckSpec

/** What every check has that is probed: when it is run, and how its results are judged. */
interface CheckTiming {
  readonly id: string
  /** 0 where the check opens no connection. */
  readonly port: number
  /** A literal address that is probed instead of those of the regions. */
  readonly address?: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Within which the connection must be open, TLS included; as long as `timeoutMs` allows unless told. */
  readonly connectTimeoutMs?: number
  /** Within which the TLS handshake must be over, from the open connection on; as long as the others allow unless told. */
  readonly tlsTimeoutMs?: number
  /** From one probe to the next while a failure is being confirmed, ms; a fifth of the interval unless told. */
  readonly confirmMs?: number
  /** Failures in a row that take an address out. */
  readonly fall: number
  /** Passes in a row that bring it back. */
  readonly rise: number
  /** Passes in a row after which earlier failures are forgotten; 1 unless told. */
  readonly steady?: number
  readonly damping?: DampingSpec
  readonly latency?: LatencySpec
  /** True: it is probed and shown, and decides nothing. */
  readonly observe?: boolean
  /** True: it passes where the probe fails. */
  readonly inverted?: boolean
  /** False: it is not probed, and regions are judged as if they did not name it. */
  readonly enabled?: boolean
  /** How the nodes of a fleet judge together; each by its own view alone unless told. */
  readonly votes?: VotesSpec
}

/** What the views of several nodes come to. */
export interface VotesSpec {
  /**
   * How many of those who vote must see it up: one, half of them, all, so many (1 or more; all where they are fewer), or
   * more than a share of them (above 0, below 1).
   */
  readonly quorum: 'any' | 'majority' | 'all' | number
  /** Who has a vote: a node, or a vantage group, within which the majority speaks. */
  readonly by: 'node' | 'group'
  /** For how long the last judgement holds once no votes are heard any more, ms; then the own view counts. */
  readonly holdMs: number
  /** What a node does where it alone sees it down: goes by the votes, or steers its own clients away. */
  readonly local: 'follow' | 'avoid'
}

export interface DampingSpec {
  /** In which a penalty becomes half of what it was, ms. */
  readonly halfLifeMs: number
  /** Going down adds 1; at this much a target is held down. More than `reuse`. */
  readonly suppress: number
  /** Below this much it is let go. */
  readonly reuse: number
  /** It is held no longer than this after it last went down, ms. */
  readonly holdMs: number
}

export interface LatencySpec {
  /** The most that the 95th percentile may be, ms. */
  readonly limitMs: number
  /** How many probes it is taken over; fewer are not judged. */
  readonly window: number
}

/** Where TLS is spoken. */
export interface TlsSpec {
  /** The name that is asked for (SNI), and that the certificate must have; the host, or the address, unless told. */
  readonly serverName?: string
  /** Refuse a certificate that does not verify. */
  readonly verify: boolean
  /** Fail where the certificate ends in fewer days than this. */
  readonly minimumDays?: number
  /** Warn where it ends in fewer days than this. */
  readonly warningDays?: number
  /** What the client shows of itself: paths of PEM files on the node. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
}

export interface HttpCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'http' | 'https'
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  /** The Host header and, with https, the name that the certificate is checked against; the address itself unless told. */
  readonly host?: string
  /** Sent besides Host and User-Agent. */
  readonly headers?: Readonly<Record<string, string>>
  /** Inclusive ranges of status codes that pass. */
  readonly expect: readonly (readonly [number, number])[]
  readonly body?: BodySpec
  /** https only: speak HTTP/2. */
  readonly http2?: boolean
  /** Ask on the connection of the probe before, where it is still open. */
  readonly reuse?: boolean
}

/** What a body must be like; all of it. */
export interface BodySpec {
  /** A text that must be in it. */
  readonly contains?: string
  /** The source of a regular expression that must match. */
  readonly matches?: string
  /** Values that must be in it, by JSON pointer (RFC 6901). */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>
  /** Bytes of it that are read; what lies beyond is not looked at. */
  readonly limit: number
}

export interface TcpCheckSpec extends CheckTiming {
  readonly type: 'tcp'
  /** Sent when the connection is open. */
  readonly send?: string
  /** A text that must come back. */
  readonly receive?: string
}

export interface TlsCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'tls'
}

/** The gRPC health checking protocol, `grpc.health.v1.Health/Check`. */
export interface GrpcCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'grpc'
  /** The service that is asked about; the empty name is the server as a whole. */
  readonly service: string
  readonly tls: boolean
  /** The authority of the request; the address unless told. */
  readonly host?: string
}

export interface DnsCheckSpec extends CheckTiming {
  readonly type: 'dns'
  readonly name: string
  readonly recordType: string
  /** The response code that passes, such as NOERROR. */
  readonly rcode: string
  /** An answer must hold this, as its data are written; anything will do unless told. */
  readonly answer?: string
}

/** A series of a Prometheus text endpoint against a threshold. */
export interface MetricCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'metric'
  readonly tls: boolean
  readonly path: string
  readonly host?: string
  /** Its name, with labels that it must have, as PromQL writes them: `queue_length{queue="mail"}`. */
  readonly series: string
  readonly max?: number
  readonly min?: number
}

/** A program on the node; runs only where its settings allow it. */
export interface ExecCheckSpec extends CheckTiming {
  readonly type: 'exec'
  /** Program and arguments, without a shell. The address is in MERIDIAN_ADDRESS. */
  readonly command: readonly string[]
}

/** A state that somebody tells through the API. */
export interface PushCheckSpec extends CheckTiming {
  readonly type: 'push'
  /** A state that was told longer ago than this is no state, ms. */
  readonly maxAgeMs: number
}

/** An ICMP echo. */
export interface IcmpCheckSpec extends CheckTiming {
  readonly type: 'icmp'
}

/** What others see of a region, told through the API: its load balancer, or the error rates of its users. */
export interface PassiveCheckSpec extends CheckTiming {
  readonly type: 'passive'
  /** What was told longer ago than this says nothing, ms. */
  readonly maxAgeMs: number
  /** The share of requests, 0 to 1, from which on their errors are a failure. */
  readonly errorRate: number
  /** Of fewer requests an error rate says nothing. */
  readonly samples: number
  /** How many failures of each other check one source that sees failures stands for; one of them is always the check's own. */
  readonly weight: number
  /** Whether it takes an address out by itself. */
  readonly alone: boolean
}

/** So many of other checks of the same address. */
export interface CalculatedCheckSpec {
  readonly type: 'calculated'
  readonly id: string
  /** Ids of checks, calculated ones among them; without a circle. */
  readonly of: readonly string[]
  readonly needs: 'all' | 'any' | number
  readonly observe?: boolean
  readonly inverted?: boolean
  readonly enabled?: boolean
}
