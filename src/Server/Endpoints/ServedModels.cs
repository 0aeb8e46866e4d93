// Owns GET /v1/models and /v1/models/{id}, and the check that a request names the served model.
using Tern.Server.Http;
using Tern.Server.OpenAi;

namespace Tern.Server.Endpoints;

/// <summary>Tells what is served.</summary>
internal static class ServedModels
{
    private static readonly long s_started = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The list of models: one.</summary>
    public static IResult List(ServedModel model) =>
        Results.Json(new ModelList("list", [Wire(model)]), WireJson.Wire.ModelList);

    /// <summary>One model.</summary>
    public static IResult Get(string id, ServedModel model)
    {
        Check(id, model);
        return Results.Json(Wire(model), WireJson.Wire.ModelWire);
    }

    /// <summary>Refuses a model that is not served; null means whatever is.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static void Check(string? requested, ServedModel model)
    {
        string served = model.Engine.Info.ModelName;
        if (requested is null || requested == served)
            return;
        throw new ApiException(
            StatusCodes.Status404NotFound,
            "invalid_request_error",
            "model",
            "model_not_found",
            $"the model '{requested}' is not served here; '{served}' is"
        );
    }

    private static ModelWire Wire(ServedModel model) =>
        new(model.Engine.Info.ModelName, "model", s_started, "tern", model.Engine.Info.ContextLength);
}
