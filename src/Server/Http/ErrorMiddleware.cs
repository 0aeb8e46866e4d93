// Owns the last word on a failed request: an OpenAI-shaped body while headers can still be sent, silence for a client that left.
namespace Tern.Server.Http;

/// <summary>Turns exceptions of endpoints into responses.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ServerOptions options, ILogger<ErrorMiddleware> logger)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody reads an answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var error = ApiErrors.From(exception);
            if (error.Status >= StatusCodes.Status500InternalServerError)
                logger.LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await ApiErrors.WriteAsync(context, error, options);
            return;
        }
        if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405)
            await ApiErrors.WriteAsync(context, Unrouted(context), options);
    }

    private static ApiException Unrouted(HttpContext context) =>
        new(
            context.Response.StatusCode,
            "invalid_request_error",
            parameter: null,
            "unknown_url",
            $"no route {context.Request.Method} {context.Request.Path}"
        );
}
