// Owns the recorded renderings of real chat templates: the index of files, the cases and their inputs.
using System.Globalization;
using System.Text.Json.Nodes;
using Tern.Testing;
using Tern.Tokenizers.Chat;

namespace Tern.Tokenizers.Tests.Chat;

internal static class ConformanceData
{
    private static readonly Lazy<JsonNode> CasesFile = new(() => Read("cases.json"));

    public static IReadOnlyList<string> TemplateFiles { get; } =
        SharedData.Root is null
            ? []
            : [.. Read("index.json")["templates"]!.AsArray().Select(entry => entry!["file"]!.GetValue<string>())];

    public static JsonObject Cases => CasesFile.Value["cases"]!.AsObject();

    public static DateTimeOffset Now =>
        new(DateTime.Parse(CasesFile.Value["now"]!.GetValue<string>(), CultureInfo.InvariantCulture), TimeSpan.Zero);

    public static JsonNode Read(string file) =>
        JsonNode.Parse(File.ReadAllText(SharedData.PathOf("conformance", "templates", file)))!;

    public static string? Text(JsonNode? node) => node?.GetValue<string>();

    /// <summary>The input of one case for one template.</summary>
    public static ChatTemplateInput Input(JsonObject variables, JsonObject chat)
    {
        var all = variables.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in chat)
        {
            if (name is not ("messages" or "tools" or "add_generation_prompt"))
                all[name] = value;
        }
        return new ChatTemplateInput
        {
            Messages = chat["messages"]!.AsArray(),
            Tools = chat["tools"]?.AsArray(),
            AddGenerationPrompt = chat["add_generation_prompt"]!.GetValue<bool>(),
            Variables = all,
            Now = Now,
        };
    }
}
