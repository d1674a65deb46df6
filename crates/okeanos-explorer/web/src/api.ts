/** Talks to the platform on this origin. */

/** A problem document (RFC 9457), or what a failed connection amounts to. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly field?: string,
    readonly page?: string,
  ) {
    super(detail);
  }
}

/** Reads the problem out of an answer that is not 2xx, whatever it is made of. */
export function toProblem(status: number, body: unknown): Problem {
  const doc = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string): string | undefined => {
    const value = doc[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const fallback = status >= 500 ? "The service could not answer. Try again in a moment." : "The request was refused.";
  return new Problem(
    status,
    text("title") ?? `Error ${status}`,
    text("detail") ?? text("description") ?? fallback,
    text("field"),
    text("type")?.startsWith("/errors/") ? text("type") : undefined,
  );
}

/** A JSON document. Throws a {@link Problem}. */
export async function getJson<T>(url: string, options: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { ...options, headers: { accept: "application/json", ...options.headers } });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, "No connection", "The platform could not be reached. Check the connection and try again.");
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw toProblem(response.status, body);
  if (body === undefined) throw new Problem(response.status, "Unreadable answer", "The answer is not JSON.");
  return body as T;
}

/** Whether an error only says that a newer request has replaced this one. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Any error as a problem. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "Something went wrong", String(error));
}
