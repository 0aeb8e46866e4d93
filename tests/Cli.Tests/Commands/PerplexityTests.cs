// Owns the proof that perplexity is what its definition says.
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Cli.Tests.Commands;

public sealed class PerplexityTests
{
    [SharedFact]
    public async Task A_model_is_hardly_surprised_by_its_own_text()
    {
        using var folder = new TemporaryFolder();
        var result = await MeasureAsync(folder);
        Assert.InRange((double)result["perplexity"]!, 1, 3);
        Assert.InRange((double)result["standard_error"]!, 0.001, 1);
    }

    [SharedFact]
    public async Task One_window_is_the_mean_over_the_logits()
    {
        using var folder = new TemporaryFolder();
        var result = await MeasureAsync(folder);
        Assert.Equal(1, (int)result["windows"]!);
        int[] tokens =
        [
            .. JsonNode
                .Parse(await TernProcess.OutputOfAsync("tokenize", Golden.Story, Golden.StoryText(), "--json"))!
                .AsArray()
                .Select(token => (int)token!),
        ];
        string file = folder.PathOf("logits.f32");
        await TernProcess.OutputOfAsync(
            "logits",
            Golden.Story,
            "--tokens",
            string.Join(',', tokens),
            "--all-positions",
            "--out",
            file
        );
        float[] logits = Golden.Floats(file);
        double sum = 0;
        for (int i = 0; i + 1 < tokens.Length; i++)
        {
            float[] row = logits[(i * 512)..((i + 1) * 512)];
            sum += Math.Log(row.Sum(x => Math.Exp(x))) - row[tokens[i + 1]];
        }
        Assert.Equal(tokens.Length - 1, (int)result["tokens"]!);
        Assert.Equal(sum / (tokens.Length - 1), (double)result["mean_nll"]!, 1e-4);
    }

    [SharedTheory]
    [InlineData(32, 31)]
    [InlineData(33, 7)]
    [InlineData(170, 1)]
    public async Task Every_token_is_scored_once_whatever_the_windows(int context, int stride)
    {
        using var folder = new TemporaryFolder();
        var whole = await MeasureAsync(folder);
        var cut = await MeasureAsync(folder, "--context", $"{context}", "--stride", $"{stride}");
        Assert.Equal((int)whole["tokens"]!, (int)cut["tokens"]!);
    }

    [SharedTheory]
    [InlineData("--stride", "512")]
    [InlineData("--context", "513")]
    [InlineData("--context", "1")]
    public async Task Windows_that_make_no_sense_are_refused(string option, string value)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("text.txt");
        await File.WriteAllTextAsync(file, "Once upon a time");
        (await TernProcess.RunAsync("perplexity", Golden.Story, "--file", file, option, value)).AssertFailed(2, option);
    }

    [SharedFact]
    public async Task An_encoder_has_no_perplexity()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("text.txt");
        await File.WriteAllTextAsync(file, "Once upon a time");
        (await TernProcess.RunAsync("perplexity", Golden.Model("bert"), "--file", file)).AssertFailed(2, "encoder");
    }

    private static async Task<JsonNode> MeasureAsync(TemporaryFolder folder, params string[] options)
    {
        string file = folder.PathOf("text.txt");
        await File.WriteAllTextAsync(file, Golden.StoryText());
        return JsonNode.Parse(
            await TernProcess.OutputOfAsync(["perplexity", Golden.Story, "--file", file, "--json", .. options])
        )!;
    }
}
