/** An answer of the server that is none, with what its problem (RFC 9457) says. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    told: string,
  ) {
    super(told);
  }
}

/** The answer to a request; raises `Refused` where the server has none, and a plain error where there is no server. */
export async function reach(address: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Is kg serve still running?");
  }
  if (answer.ok) return answer;
  let told = "";
  try {
    told = ((await answer.json()) as { detail?: string }).detail ?? "";
  } catch {
    // no JSON: the status has to do
  }
  throw new Refused(answer.status, told || `The server answered with status ${answer.status}.`);
}
