// Owns the tests of what is read beside the weights: recommended sampling, end tokens, chat templates.
using Tern.Engine.Loading;
using Tern.Formats;

namespace Tern.Engine.Tests.Loading;

public sealed class SideFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tern-side-files").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelFile Model(Dictionary<string, object> metadata, params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(_folder, name), text);
        return new ModelFile(_folder, new Metadata("model", metadata), new Dictionary<string, Tensors.Tensor>(), [])
        {
            SideFiles = files.ToDictionary(f => f.Name, f => Path.Combine(_folder, f.Name)),
        };
    }

    [Fact]
    public void Sampling_defaults_come_from_generation_config()
    {
        using var model = Model(
            [],
            (
                "generation_config.json",
                """{"temperature": 0.6, "top_k": 20, "top_p": 0.95, "repetition_penalty": 1.05, "eos_token_id": [7, 9]}"""
            )
        );
        var (sampling, endTokens) = GenerationDefaults.Read(model, 10);
        Assert.Equal(
            (0.6f, 20, 0.95f, 1.05f),
            (sampling.Temperature, sampling.TopK, sampling.TopP, sampling.RepetitionPenalty)
        );
        Assert.Equal([7, 9], endTokens);
    }

    [Fact]
    public void Sampling_defaults_come_from_gguf_metadata()
    {
        using var model = Model(
            new()
            {
                ["general.sampling.temp"] = 0.7f,
                ["general.sampling.top_k"] = 40,
                ["general.sampling.min_p"] = 0.1f,
            }
        );
        var (sampling, endTokens) = GenerationDefaults.Read(model, 10);
        Assert.Equal((0.7f, 40, 0.1f, 1f), (sampling.Temperature, sampling.TopK, sampling.MinP, sampling.TopP));
        Assert.Empty(endTokens);
    }

    [Theory]
    [InlineData("""{"temperature": "hot"}""", "temperature")]
    [InlineData("""{"top_p": 7}""", "top_p")]
    [InlineData("""{"eos_token_id": 10}""", "eos_token_id")]
    [InlineData("""{"eos_token_id": [1, null]}""", "eos_token_id")]
    [InlineData("[1]", "root")]
    [InlineData("""{"a": 1, "a": 2, "temperature": }""", "root")]
    public void A_generation_config_that_is_not_right_is_refused_with_its_field(string text, string field)
    {
        using var model = Model([], ("generation_config.json", text));
        var error = Assert.Throws<ModelFormatException>(() => GenerationDefaults.Read(model, 10));
        Assert.Equal(field, error.Field);
        Assert.Contains("generation_config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chat_template_is_found_in_each_of_its_places()
    {
        using (var model = Model(new() { ["tokenizer.chat_template"] = "from gguf" }))
            Assert.Equal("from gguf", ChatTemplateReader.Read(model));
        using (var model = Model([], ("tokenizer_config.json", """{"chat_template": "from config"}""")))
            Assert.Equal("from config", ChatTemplateReader.Read(model));
        const string Named =
            """{"chat_template": [{"name": "tool_use", "template": "no"}, {"name": "default", "template": "yes"}]}""";
        using (var model = Model([], ("tokenizer_config.json", Named)))
            Assert.Equal("yes", ChatTemplateReader.Read(model));
        using (var model = Model([], ("tokenizer_config.json", Named), ("chat_template.jinja", "from jinja")))
            Assert.Equal("from jinja", ChatTemplateReader.Read(model));
        using (var model = Model([]))
            Assert.Null(ChatTemplateReader.Read(model));
    }
}
