// Owns the proof that inspect tells what is in the file.
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Cli.Tests.Commands;

public sealed class InspectTests
{
    [SharedFact]
    public async Task Json_holds_metadata_tensors_and_totals()
    {
        var report = JsonNode.Parse(await TernProcess.OutputOfAsync("inspect", Golden.Model("llama"), "--json"))!;
        Assert.Equal("llama", (string)report["architecture"]!);
        Assert.Equal(64, (int)report["metadata"]!["llama.embedding_length"]!);
        var tokens = report["metadata"]!["tokenizer.ggml.tokens"]!;
        Assert.Equal(
            ("string", 320, 16),
            ((string)tokens["type"]!, (int)tokens["count"]!, tokens["first"]!.AsArray().Count)
        );
        var embedding = report["tensors"]!.AsArray().Single(t => (string)t!["name"]! == "token_embd.weight")!;
        Assert.Equal("[320,64]", embedding["shape"]!.ToJsonString());
        Assert.Equal(320 * 64 * 4, (long)embedding["bytes"]!);
        Assert.Equal(32, (double)report["bits_per_weight"]!);
    }

    [SharedFact]
    public async Task Full_json_writes_the_vocabulary_out()
    {
        var report = JsonNode.Parse(
            await TernProcess.OutputOfAsync("inspect", Golden.Model("llama"), "--json", "--full")
        )!;
        Assert.Equal(320, report["metadata"]!["tokenizer.ggml.tokens"]!.AsArray().Count);
    }

    [SharedFact]
    public async Task The_table_cuts_long_arrays_and_counts_tensors()
    {
        string text = await TernProcess.OutputOfAsync("inspect", Golden.Model("llama-256-Q4_K_M"));
        Assert.Contains("string[320]", text, StringComparison.Ordinal);
        Assert.Contains("…", text, StringComparison.Ordinal);
        Assert.Contains("Q6_K", text, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task A_hugging_face_directory_is_a_model_too()
    {
        string folder = SharedData.PathOf("conformance", "architectures", "qwen2-hf");
        var report = JsonNode.Parse(await TernProcess.OutputOfAsync("inspect", folder, "--json"))!;
        Assert.Equal("qwen2", (string)report["architecture"]!);
    }

    [SharedTheory]
    [InlineData("safetensors-empty-file.safetensors")]
    [InlineData("model-rope-dimension-odd.gguf.absent")]
    public async Task A_file_that_is_no_model_gets_one_line(string name) =>
        (await TernProcess.RunAsync("inspect", SharedData.PathOf("conformance", "hostile-files", name))).AssertFailed(
            1,
            name
        );
}
