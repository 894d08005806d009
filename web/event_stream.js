// The server-sent events of a response, as the data of each. Names are left out: ours are in the data, too.
export async function* eventData(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let data = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (done ? '\n\n' : value)).split('\n');
      rest = lines.pop();
      for (const line of lines.map((raw) => raw.replace(/\r$/, ''))) {
        if (line === '') {
          if (data.length) yield data.join('\n');
          data = [];
        } else if (line.startsWith('data:')) {
          data.push(line.slice(5).replace(/^ /, ''));
        }
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
