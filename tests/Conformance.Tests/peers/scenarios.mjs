// Runs the scenario file with OpenAI's JavaScript client. Usage: node scenarios.mjs FILE BASE_URL API_KEY
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import OpenAI from "openai";

const [file, baseURL, apiKey] = process.argv.slice(2);
const scenarios = JSON.parse(readFileSync(file, "utf8"));
const texts = {};

const expand = (content) => {
  const match = /^repeat:(\d+):(.*)$/s.exec(content);
  return match ? match[2].repeat(Number(match[1])) : content;
};

async function outcomeOf(scenario) {
  const client = new OpenAI({ baseURL, apiKey: scenario.api_key ?? apiKey, maxRetries: 0 });
  const model = scenario.model ?? "stories260K";
  try {
    if (scenario.api === "models") return { text: (await client.models.list()).data.map((entry) => entry.id).join(" ") };
    if (scenario.api === "embeddings") return { text: String((await client.embeddings.create({ model, input: scenario.input })).data.length) };
    const { max_tokens, temperature, top_p, seed, stop, logprobs, top_logprobs } = scenario;
    const request = { model, max_tokens, temperature, top_p, seed, stop, logprobs, top_logprobs };
    request.messages = scenario.messages.map(({ role, content }) => ({ role, content: expand(content) }));
    if (!scenario.stream) {
      const answer = await client.chat.completions.create(request);
      const choice = answer.choices[0];
      return {
        text: choice.message.content,
        finish: choice.finish_reason,
        prompt_tokens: answer.usage.prompt_tokens,
        completion_tokens: answer.usage.completion_tokens,
        logprobs: choice.logprobs?.content.length,
        top_logprobs: choice.logprobs?.content[0]?.top_logprobs.length,
      };
    }
    const outcome = { text: "" };
    const stream = await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } });
    for await (const chunk of stream) {
      outcome.text += chunk.choices[0]?.delta.content ?? "";
      outcome.finish = chunk.choices[0]?.finish_reason ?? outcome.finish;
      outcome.prompt_tokens = chunk.usage?.prompt_tokens ?? outcome.prompt_tokens;
      outcome.completion_tokens = chunk.usage?.completion_tokens ?? outcome.completion_tokens;
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return { status: error.status, error: error.message };
  }
}

for (const scenario of scenarios) {
  const outcome = await outcomeOf(scenario);
  texts[scenario.name] = outcome.text;
  const { status, mentions, contains, same_text_as, ...exact } = scenario.expect;
  assert.equal(outcome.status, status, `${scenario.name}: ${outcome.error}`);
  if (mentions) assert.ok(outcome.error.includes(mentions), `${scenario.name}: ${outcome.error}`);
  if (contains) assert.ok(outcome.text.includes(contains), `${scenario.name}: ${outcome.text}`);
  if (same_text_as) assert.equal(outcome.text, texts[same_text_as], scenario.name);
  for (const [key, value] of Object.entries(exact)) assert.deepEqual(outcome[key], value, `${scenario.name}: ${key}`);
}
console.log(`${scenarios.length} scenarios passed`);
