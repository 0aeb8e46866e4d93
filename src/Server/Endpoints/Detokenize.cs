// Owns POST /detokenize.
using Tern.Server.Http;
using Tern.Server.OpenAi;

namespace Tern.Server.Endpoints;

/// <summary>Turns ids into text: <c>{"tokens": […]}</c>.</summary>
internal sealed class Detokenize(ServedModel model)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var fields = new Fields(body.RootElement);
        ServedModels.Check(fields.String("model"), model);
        var ids =
            SamplingFields.TokenIds(fields, "tokens", model.Engine.Info.VocabularySize, int.MaxValue)
            ?? throw ApiException.Invalid("tokens", "tokens is missing", "missing_field");
        await context.Response.WriteAsJsonAsync(
            new Detokenization(model.Tokenizer.Decode(ids)),
            WireJson.Wire.Detokenization,
            contentType: null
        );
    }
}
