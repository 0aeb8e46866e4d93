// Owns POST /tokenize.
using Tern.Server.Http;
using Tern.Server.OpenAi;

namespace Tern.Server.Endpoints;

/// <summary>Turns text into ids: <c>{"prompt": …, "add_special_tokens": true, "parse_special": true}</c>, as vLLM names them.</summary>
internal sealed class Tokenize(ServedModel model)
{
    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        using var body = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var fields = new Fields(body.RootElement);
        ServedModels.Check(fields.String("model"), model);
        string text =
            fields.String("prompt")
            ?? fields.String("content")
            ?? throw ApiException.Invalid("prompt", "prompt is missing", "missing_field");
        var ids = model.Tokenizer.Encode(
            text,
            fields.Bool("add_special_tokens") ?? true,
            fields.Bool("parse_special") ?? true
        );
        var answer = new Tokenization(ids.Count, model.Engine.Info.ContextLength, ids);
        await context.Response.WriteAsJsonAsync(answer, WireJson.Wire.Tokenization, contentType: null);
    }
}
