// Encodes and decodes texts with Hugging Face's JavaScript tokenizers. Usage: node tokenize.mjs TOKENIZER CONFIG TEXTS
// Prints, as JSON, for each text of the array in the file TEXTS its ids and what they decode to.
import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";

const [tokenizerJson, config, texts] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const tokenizer = new Tokenizer(tokenizerJson, config);
const results = texts.map((text) => {
  const { ids } = tokenizer.encode(text);
  return { ids, text: tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false }) };
});
console.log(JSON.stringify(results));
