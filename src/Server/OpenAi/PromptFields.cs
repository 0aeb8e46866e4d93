// Owns reading a prompt field: a text, token ids, or an array of either.
using System.Text.Json;
using Tern.Server.Http;

namespace Tern.Server.OpenAi;

/// <summary>Reads the prompts of completions and embeddings requests.</summary>
internal static class PromptFields
{
    /// <summary>All prompts as token ids, none empty.</summary>
    /// <exception cref="ApiException">The field is missing, empty or of a wrong type.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Read(
        Fields fields,
        string name,
        ServedModel model,
        ServerOptions options
    )
    {
        string path = fields.PathOf(name);
        var value = fields.Get(name) ?? throw ApiException.Invalid(path, $"{path} is missing", "missing_field");
        if (value.ValueKind == JsonValueKind.String)
            return [Text(value, path, model)];
        if (value.ValueKind != JsonValueKind.Array)
            throw ApiException.Invalid(
                path,
                $"{path} must be a string or an array, not {Fields.Describe(value)}",
                "invalid_type"
            );
        if (value.GetArrayLength() == 0)
            throw ApiException.Invalid(path, $"{path} is empty");
        if (value[0].ValueKind == JsonValueKind.Number)
            return [Ids(value, path, model)];
        if (value.GetArrayLength() > options.MaxPromptsPerRequest)
            throw ApiException.Invalid(
                path,
                $"{path} has {value.GetArrayLength()} prompts; at most {options.MaxPromptsPerRequest} are accepted"
            );
        var prompts = new List<IReadOnlyList<int>>();
        foreach (var item in value.EnumerateArray())
        {
            string itemPath = $"{path}[{prompts.Count}]";
            prompts.Add(
                item.ValueKind switch
                {
                    JsonValueKind.String => Text(item, itemPath, model),
                    JsonValueKind.Array => Ids(item, itemPath, model),
                    _ => throw ApiException.Invalid(
                        itemPath,
                        $"{itemPath} must be a string or an array of token ids, not {Fields.Describe(item)}",
                        "invalid_type"
                    ),
                }
            );
        }
        return prompts;
    }

    private static IReadOnlyList<int> Text(JsonElement value, string path, ServedModel model) =>
        NonEmpty(model.Tokenizer.Encode(Fields.TextOf(value, path)), path);

    private static IReadOnlyList<int> Ids(JsonElement value, string path, ServedModel model) =>
        NonEmpty(SamplingFields.TokenIds(value, path, model.Engine.Info.VocabularySize, int.MaxValue), path);

    private static IReadOnlyList<int> NonEmpty(IReadOnlyList<int> ids, string path) =>
        ids.Count > 0 ? ids : throw ApiException.Invalid(path, $"{path} is empty; at least one token is needed");
}
