// Three prompts answered side by side by one engine: continuous batching in a dozen lines.
// Usage: dotnet run -c Release --project examples/Generate -- MODEL
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;

await using var engine = LlmEngine.Load(args[0]);
string[] prompts = ["Once upon a time", "The big dog", "Lily went to the park"];

await Task.WhenAll(
    prompts.Select(async prompt =>
    {
        var request = new GenerationRequest
        {
            Prompt = engine.Tokenizer.Encode(prompt),
            Sampling = new SamplingParams { Temperature = 0, MaxTokens = 32 },
        };
        var text = new System.Text.StringBuilder(prompt);
        await foreach (var output in engine.GenerateAsync(request))
            text.Append(output.Text);
        Console.WriteLine(text);
    })
);
