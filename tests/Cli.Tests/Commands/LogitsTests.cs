// Owns the proof that logits are the exact numbers, in the layout promised.
using Tern.Testing;

namespace Tern.Cli.Tests.Commands;

public sealed class LogitsTests
{
    [SharedTheory]
    [InlineData("llama")]
    [InlineData("gemma3")]
    [InlineData("qwen3-256-Q4_0")]
    [InlineData("bert")] // per-token embeddings
    public async Task All_positions_are_exact_in_float32(string name)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("logits.f32");
        string context = Golden.Json(name)["context_length"]!.ToString();
        await TernProcess.OutputOfAsync(
            "logits",
            Golden.Model(name),
            "--tokens",
            Golden.Tokens(name),
            "--all-positions",
            "--out",
            file,
            "-t",
            "2",
            "--context",
            context,
            "--numerics",
            "float32"
        );
        float[] exact = Golden.Exact(name); // all rows, or of some models the last
        float[] actual = Golden.Floats(file);
        Assert.Equal(Golden.Tokens(name).Split(',').Length * (name == "bert" ? 64 : 320), actual.Length);
        Golden.AssertClose(exact, actual.AsSpan()[^exact.Length..], Golden.Tolerance(name));
    }

    [SharedFact]
    public async Task Only_the_last_position_is_written_by_default()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("logits.f32");
        await TernProcess.OutputOfAsync(
            "logits",
            Golden.Model("llama"),
            "--tokens",
            Golden.Tokens("llama"),
            "--out",
            file
        );
        Golden.AssertClose(Golden.Exact("llama").AsSpan()[^320..], Golden.Floats(file), Golden.Tolerance("llama"));
    }

    [SharedTheory]
    [InlineData("1,320", "token 2 is '320'")]
    [InlineData("1,x", "token 2 is 'x'")]
    [InlineData("", "names no token")]
    public async Task Wrong_tokens_are_refused_and_nothing_is_written(string tokens, string problem)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("logits.f32");
        (await TernProcess.RunAsync("logits", Golden.Model("llama"), "--tokens", tokens, "--out", file)).AssertFailed(
            2,
            problem
        );
        Assert.False(File.Exists(file));
    }

    [SharedFact]
    public async Task More_tokens_than_the_context_are_refused()
    {
        string tokens = string.Join(',', Enumerable.Repeat(5, 513));
        (
            await TernProcess.RunAsync("logits", Golden.Model("llama"), "--tokens", tokens, "--out", "never.f32")
        ).AssertFailed(2, "exceed the context of 512");
    }
}
