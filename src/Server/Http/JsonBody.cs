// Owns reading a JSON request body within limits.
using System.Text.Json;

namespace Tern.Server.Http;

/// <summary>Reads a request body as a JSON object: bounded in size and depth, no duplicate keys.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Parses the body.</summary>
    /// <exception cref="ApiException">It is no JSON object or not declared as JSON.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "invalid_request_error",
                "Content-Type",
                "unsupported_media_type",
                $"the body must be declared as application/json, not '{request.ContentType}'"
            );
        }
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(request.Body, s_options, cancellationToken);
        }
        catch (JsonException error)
        {
            throw ApiException.Invalid(parameter: null, $"the body is not valid JSON: {error.Message}", "invalid_json");
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw ApiException.Invalid(parameter: null, "the body must be a JSON object", "invalid_json");
    }
}
