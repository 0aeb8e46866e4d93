// Owns the translation of exceptions into HTTP errors, before and inside a stream.
using System.Text.Json;
using Tern.Engine;
using Tern.Engine.Sampling;
using Tern.Server.OpenAi;
using Tern.Tokenizers;

namespace Tern.Server.Http;

/// <summary>Translates exceptions of the engine and of ASP.NET into <see cref="ApiException"/> and writes its body.</summary>
internal static class ApiErrors
{
    /// <summary>What the client is told of an exception; internal details stay in the log.</summary>
    public static ApiException From(Exception exception) =>
        exception switch
        {
            ApiException api => api,
            RequestRejectedException rejected => From(rejected),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new ApiException(
                StatusCodes.Status413PayloadTooLarge,
                "invalid_request_error",
                parameter: null,
                "body_too_large",
                "the request body is larger than the server accepts"
            ),
            BadHttpRequestException bad => new ApiException(
                bad.StatusCode,
                "invalid_request_error",
                parameter: null,
                code: null,
                bad.Message
            ),
            // The vocabulary has no token for a piece of the request's text.
            TokenizerFormatException unspeakable => ApiException.Invalid(parameter: null, unspeakable.Message),
            SamplingException => new ApiException(
                StatusCodes.Status500InternalServerError,
                "server_error",
                parameter: null,
                "non_finite_logits",
                exception.Message
            ),
            EngineFaultedException => new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                "server_error",
                parameter: null,
                "engine_stopped",
                "the engine has stopped after a fault and takes no requests"
            ),
            TimeoutException => new ApiException(
                StatusCodes.Status504GatewayTimeout,
                "timeout_error",
                parameter: null,
                "request_timeout",
                exception.Message
            ),
            _ => new ApiException(
                StatusCodes.Status500InternalServerError,
                "server_error",
                parameter: null,
                "internal_error",
                "the server failed on this request; its log tells more"
            ),
        };

    /// <summary>Writes status and body.</summary>
    public static Task WriteAsync(HttpContext context, ApiException error, ServerOptions options)
    {
        context.Response.StatusCode = error.Status;
        if (error.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(options.RetryAfter.TotalSeconds))
                .ToString();
        if (error.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return context.Response.WriteAsJsonAsync(Body(error), WireJson.Wire.ErrorBody, contentType: null);
    }

    /// <summary>The body alone, for an event inside a stream.</summary>
    public static byte[] Serialize(ApiException error) =>
        JsonSerializer.SerializeToUtf8Bytes(Body(error), WireJson.Wire.ErrorBody);

    private static ErrorBody Body(ApiException error) =>
        new(new ErrorDetail(error.Message, error.Type, error.Parameter, error.Code));

    private static ApiException From(RequestRejectedException rejected) =>
        rejected.Reason switch
        {
            RejectionReason.InvalidParameter => ApiException.Invalid(rejected.Parameter, rejected.Message),
            RejectionReason.ContextLengthExceeded => ApiException.Invalid(
                rejected.Parameter,
                rejected.Message,
                "context_length_exceeded"
            ),
            RejectionReason.NotSupported => ApiException.Invalid(rejected.Parameter, rejected.Message, "not_supported"),
            RejectionReason.QueueFull => new ApiException(
                StatusCodes.Status429TooManyRequests,
                "rate_limit_error",
                rejected.Parameter,
                "queue_full",
                rejected.Message
            ),
            _ => new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                "server_error",
                rejected.Parameter,
                "shutting_down",
                rejected.Message
            ),
        };
}
