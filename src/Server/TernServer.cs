// Owns the composition of the HTTP server: limits, middleware, routes.
using Tern.Server.Endpoints;
using Tern.Server.Http;
using Tern.Server.Metrics;

namespace Tern.Server;

/// <summary>The OpenAI-compatible server over one running engine.</summary>
public static class TernServer
{
    /// <summary>
    /// Builds the server; the caller starts it. SIGTERM stops accepting connections and lets running requests finish
    /// within <see cref="ServerOptions.DrainTimeout"/>.
    /// </summary>
    /// <param name="options">Limits and addresses.</param>
    /// <param name="model">What is served. It is not disposed with the server.</param>
    /// <param name="configure">For tests and hosts that want another transport or logging.</param>
    public static WebApplication Build(
        ServerOptions options,
        ServedModel model,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // A port in use is told by the exception; the host would print it again with its stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        builder.Services.AddSingleton(options);
        configure?.Invoke(builder);
        var app = builder.Build();
        var metrics = new ServerMetrics(model.Engine);
        app.Use((context, next) => CountAsync(context, next, metrics));
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<AccessMiddleware>();
        app.Use((context, next) => RefuseWhileDraining(app, context, next));
        app.UseRouting();
        MapRoutes(app, options, model, metrics);
        return app;
    }

    private static void MapRoutes(WebApplication app, ServerOptions options, ServedModel model, ServerMetrics metrics)
    {
        var health = new Health(model, options, app.Lifetime);
        app.MapGet("/health", health.Ready);
        app.MapGet("/health/live", health.Live);
        app.MapGet("/health/ready", health.Ready);
        app.MapGet("/metrics", () => Results.Text(Exposition(metrics), "text/plain; version=0.0.4; charset=utf-8"));
        app.MapGet("/v1/models", () => ServedModels.List(model));
        app.MapGet("/v1/models/{**id}", (string id) => ServedModels.Get(id, model));
        Post("/v1/chat/completions", new ChatCompletions(model, options, metrics).HandleAsync);
        Post("/v1/completions", new Completions(model, options, metrics).HandleAsync);
        Post("/v1/embeddings", new Embeddings(model, options).HandleAsync);
        Post("/tokenize", new Tokenize(model).HandleAsync);
        Post("/detokenize", new Detokenize(model).HandleAsync);

        void Post(string route, RequestDelegate handler) => app.MapPost(route, handler);
    }

    private static string Exposition(ServerMetrics metrics)
    {
        var writer = new StringWriter();
        metrics.Write(writer);
        return writer.ToString();
    }

    private static async Task CountAsync(HttpContext context, RequestDelegate next, ServerMetrics metrics)
    {
        await next(context);
        string handler = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
        metrics.CountHttp(context.Request.Method, handler, context.Response.StatusCode);
    }

    private static Task RefuseWhileDraining(WebApplication app, HttpContext context, RequestDelegate next)
    {
        bool stopping = app.Lifetime.ApplicationStopping.IsCancellationRequested;
        if (stopping && HttpMethods.IsPost(context.Request.Method))
        {
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                "server_error",
                parameter: null,
                "shutting_down",
                "the server is shutting down and takes no new requests"
            );
        }
        return next(context);
    }
}
