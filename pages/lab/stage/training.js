// A training on the server, one at a time: its news while it goes on, and what becomes of it.

export class Training {
  // `changed()` is called when a training begins or ends, `news(news)` while it goes on, then `trained(signal, then)` or `failed(words)`.
  constructor({ changed, news, trained, failed }) {
    Object.assign(this, { changed, news, trained, failed });
  }

  get running() {
    return Boolean(this.run);
  }

  async start(link, then) {
    this.stop();
    const run = (this.run = new AbortController());
    this.changed();
    try {
      for await (const news of newsOf(link, run.signal)) {
        if (run.signal.aborted) return;
        this.news(news);
      }
      await this.trained(run.signal, then);
    } catch (error) {
      if (!run.signal.aborted) this.failed(error.message || "The training was interrupted. Try again.");
    } finally {
      if (this.run === run) this.run = undefined;
      this.changed();
    }
  }

  stop() {
    this.run?.abort();
    this.run = undefined;
  }
}

async function* newsOf(link, signal) {
  const answer = await fetch(`/api/training?${link}`, { signal });
  if (!answer.ok) throw new Error((await answer.json()).problem);
  for await (const news of linesOf(answer)) {
    if (news.problem) throw new Error(`${news.problem} ${news.remedy}`);
    yield news;
  }
}

// The lines of a streamed answer, each as JSON.
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}
