// Owns the proof that quantize chooses the reference's types and that convert makes a file that stands alone.
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Cli.Tests.Commands;

public sealed class QuantizeTests
{
    [SharedFact]
    public async Task The_types_are_those_of_the_reference()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("q.gguf");
        string report = await TernProcess.OutputOfAsync(
            "quantize",
            Golden.Model("llama-256"),
            file,
            "Q4_K_M",
            "--json"
        );
        var types = JsonNode.Parse(report)!["tensors"]!
            .AsArray()
            .ToDictionary(t => (string)t!["name"]!, t => (string)t!["to"]!);
        string expected = await TernProcess.OutputOfAsync("inspect", Golden.Model("llama-256-Q4_K_M"), "--json");
        foreach (var tensor in JsonNode.Parse(expected)!["tensors"]!.AsArray())
            Assert.Equal((string)tensor!["type"]!, types[(string)tensor["name"]!]);
    }

    [SharedFact]
    public async Task Short_names_stand_for_the_medium_mixture()
    {
        using var folder = new TemporaryFolder();
        string text = await TernProcess.OutputOfAsync(
            "quantize",
            Golden.Model("llama"),
            folder.PathOf("q.gguf"),
            "q5_k"
        );
        Assert.Contains("Q5_K_M", text, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task The_source_is_never_the_destination()
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("m.gguf");
        File.Copy(Golden.Model("llama"), file);
        (await TernProcess.RunAsync("quantize", file, file, "Q8_0")).AssertFailed(2, "is the source");
    }

    [SharedFact]
    public async Task A_split_model_is_opened_by_its_first_file_and_never_written_over()
    {
        using var folder = new TemporaryFolder();
        string source = Golden.Model("llama-256");
        string[] arguments = ["F32", "--split-max-mib", "1", "--json"];
        var report = JsonNode.Parse(
            await TernProcess.OutputOfAsync(["quantize", source, folder.PathOf("m.gguf"), .. arguments])
        )!;
        string first = (string)report["destination"]!;
        Assert.EndsWith($"m-00001-of-{(int)report["files"]!:D5}.gguf", first, StringComparison.Ordinal);
        Assert.InRange((int)report["files"]!, 2, 99);
        (await TernProcess.RunAsync(["quantize", first, folder.PathOf("m.gguf"), .. arguments])).AssertFailed(
            2,
            "is the source"
        );
    }

    [SharedFact]
    public async Task An_unknown_type_lists_the_known() =>
        (await TernProcess.RunAsync("quantize", Golden.Model("llama"), "never.gguf", "Q9_9")).AssertFailed(2, "Q4_K_M");

    [SharedFact]
    public async Task A_converted_directory_needs_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        string source = CopyWithTokenizer(folder, "qwen2-hf");
        string file = folder.PathOf("model.gguf");
        await TernProcess.OutputOfAsync("convert", source, file);
        Assert.Equal("[3, 4]\n", await TernProcess.OutputOfAsync("tokenize", file, "$%", "--json"));

        string text = await TernProcess.OutputOfAsync("convert", source, file, "--split-max-mib", "1");
        Assert.Contains(", files: 1", text, StringComparison.Ordinal);
        string part = folder.PathOf("model-00001-of-00001.gguf");
        Assert.Equal("[3, 4]\n", await TernProcess.OutputOfAsync("tokenize", part, "$%", "--json"));
        string logits = folder.PathOf("logits.f32");
        await TernProcess.OutputOfAsync(
            "logits",
            file,
            "--tokens",
            Golden.Tokens("qwen2"),
            "--all-positions",
            "--out",
            logits
        );
        Golden.AssertClose(Golden.Exact("qwen2"), Golden.Floats(logits), Golden.Tolerance("qwen2"));
    }

    [SharedFact]
    public async Task Convert_without_a_tokenizer_writes_the_weights_and_says_which_file_is_missing()
    {
        using var folder = new TemporaryFolder();
        string source = SharedData.PathOf("conformance", "architectures", "qwen2-hf");
        var result = await TernProcess.RunAsync("convert", source, folder.PathOf("model.gguf"));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("tokenizer.json", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.PathOf("model.gguf")));
    }

    private static string CopyWithTokenizer(TemporaryFolder folder, string name)
    {
        string copy = Directory.CreateDirectory(folder.PathOf(name)).FullName;
        foreach (string file in Directory.EnumerateFiles(SharedData.PathOf("conformance", "architectures", name)))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var vocabulary = new JsonObject();
        for (char c = '!'; c <= '~'; c++)
            vocabulary[c.ToString()] = c - '!';
        var tokenizer = new JsonObject
        {
            ["added_tokens"] = new JsonArray(),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray(),
            },
        };
        File.WriteAllText(Path.Combine(copy, "tokenizer.json"), tokenizer.ToJsonString());
        return copy;
    }
}
