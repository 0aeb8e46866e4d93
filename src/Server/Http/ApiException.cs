// Owns the one way a request is refused: a status code and an error body shaped as OpenAI's.
namespace Tern.Server.Http;

/// <summary>A request is refused with an HTTP status and OpenAI's error body.</summary>
/// <param name="status">HTTP status code.</param>
/// <param name="type">OpenAI's error type, for instance "invalid_request_error".</param>
/// <param name="parameter">The field at fault, or null.</param>
/// <param name="code">OpenAI's error code, or null.</param>
/// <param name="message">For people: what was wrong and what would be right.</param>
public sealed class ApiException(int status, string type, string? parameter, string? code, string message)
    : Exception(message)
{
    /// <summary>HTTP status code.</summary>
    public int Status => status;

    /// <summary>OpenAI's error type.</summary>
    public string Type => type;

    /// <summary>The field at fault, or null.</summary>
    public string? Parameter => parameter;

    /// <summary>OpenAI's error code, or null.</summary>
    public string? Code => code;

    /// <summary>A 400 that names the field.</summary>
    public static ApiException Invalid(string? parameter, string message, string? code = "invalid_value") =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", parameter, code, message);
}
