// Owns POST /v1/embeddings.
using Tern.Server.Http;
using Tern.Server.OpenAi;
using Tern.Server.Streaming;

namespace Tern.Server.Endpoints;

/// <summary>Embeds texts (platform.openai.com API reference, "Create embeddings").</summary>
internal sealed class Embeddings(ServedModel model, ServerOptions options)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var scope = new RequestScope(context, options);
        using var body = await JsonBody.ReadAsync(context.Request, scope.Token);
        var fields = new Fields(body.RootElement);
        ServedModels.Check(fields.String("model"), model);
        if (fields.Int("dimensions", 1, int.MaxValue) is { } dimensions)
            throw ApiException.Invalid(
                "dimensions",
                $"dimensions is {dimensions}; the model's width cannot be changed",
                "not_supported"
            );
        string format = fields.String("encoding_format") ?? "float";
        if (format is not ("float" or "base64"))
            throw ApiException.Invalid(
                "encoding_format",
                $"encoding_format is '{format}'; it must be \"float\" or \"base64\""
            );
        var inputs = PromptFields.Read(fields, "input", model, options);
        try
        {
            var vectors = await Task.WhenAll(inputs.Select(input => model.Engine.EmbedAsync(input, scope.Token)));
            int tokens = inputs.Sum(input => input.Count);
            var data = vectors.Select((vector, index) => Wire(vector, index, format)).ToList();
            var answer = new EmbeddingList(
                "list",
                data,
                model.Engine.Info.ModelName,
                new EmbeddingUsage(tokens, tokens)
            );
            await context.Response.WriteAsJsonAsync(
                answer,
                WireJson.Wire.EmbeddingList,
                contentType: null,
                scope.Token
            );
        }
        catch (OperationCanceledException) when (scope.TimedOut)
        {
            throw scope.Timeout();
        }
    }

    private static EmbeddingWire Wire(float[] vector, int index, string format) =>
        new("embedding", index, new EmbeddingValue(vector, AsBase64: format == "base64"));
}
