// Owns the conversation with an endpoint: two addresses, redirects followed by hand so that the token stays at home.
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tern.Cli.Hub;

/// <summary>Reads listings and files of a Hugging Face-compatible endpoint.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxPages = 1000;
    private const long MaxListingBytes = 64 << 20;
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly string? _token;

    /// <summary>A client.</summary>
    /// <param name="endpoint">Address without path, or with the path that everything lies under.</param>
    /// <param name="token">Sent to the endpoint's own host only; null = none.</param>
    /// <exception cref="CommandLineException">The endpoint is no HTTP address.</exception>
    public HubClient(string endpoint, string? token)
    {
        if (
            !Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
        )
            throw new CommandLineException($"endpoint '{endpoint}' is no http:// or https:// address");
        (_endpoint, _token) = (address, string.IsNullOrEmpty(token) ? null : token);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("tern", "0.1"));
    }

    /// <summary>All files of a repository.</summary>
    /// <exception cref="HubException">There is no such repository, or the answer is no listing.</exception>
    public async Task<IReadOnlyList<HubFile>> ListAsync(HubReference reference, CancellationToken cancellation)
    {
        var files = new List<HubFile>();
        Uri? page = new(
            _endpoint,
            $"api/models/{reference.Repository}/tree/{Uri.EscapeDataString(reference.Revision)}?recursive=true"
        );
        for (int pages = 0; page is not null; pages++)
        {
            if (pages == MaxPages)
                throw new HubException($"the listing of {reference.Repository} has more than {MaxPages} pages");
            using var response = await SendAsync(page, offset: 0, reference.Repository, cancellation);
            AddFiles(await ReadAsync(response, page, cancellation), page, files);
            page = NextPage(response, page);
        }
        return files;
    }

    /// <summary>Opens a file from an offset on. The answer may be the whole file (200) or the rest (206).</summary>
    /// <exception cref="HubException">The endpoint refuses.</exception>
    public Task<HttpResponseMessage> OpenAsync(
        HubReference reference,
        HubFile file,
        long offset,
        CancellationToken cancellation
    )
    {
        string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var address = new Uri(
            _endpoint,
            $"{reference.Repository}/resolve/{Uri.EscapeDataString(reference.Revision)}/{path}"
        );
        return SendAsync(address, offset, $"{reference.Repository}/{file.Path}", cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        Uri address,
        long offset,
        string what,
        CancellationToken cancellation
    )
    {
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var response = await SendOnceAsync(address, offset, cancellation);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                    throw Refusal(response, address, what);
                var target = new Uri(
                    address,
                    response.Headers.Location ?? throw new HubException($"{address}: a redirect to nowhere")
                );
                if (target.Scheme is not ("http" or "https") || (address.Scheme == "https" && target.Scheme == "http"))
                    throw new HubException(
                        $"{address}: a redirect from https to {target.Scheme}, which is not followed"
                    );
                address = target;
            }
        }
        throw new HubException($"{address}: more than {MaxRedirects} redirects");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Uri address, long offset, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);
        if (_token is not null && IsHome(address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(s_answerTimeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        }
        catch (HttpRequestException error)
        {
            throw new HubUnavailableException($"{address.Authority}: {error.Message}", inner: error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HubUnavailableException(
                $"{address.Authority}: no answer in {s_answerTimeout.TotalSeconds:F0} s",
                inner: error
            );
        }
    }

    private bool IsHome(Uri address) =>
        address.Scheme == _endpoint.Scheme && address.Host == _endpoint.Host && address.Port == _endpoint.Port;

    private HubException Refusal(HttpResponseMessage response, Uri address, string what)
    {
        int status = (int)response.StatusCode;
        if (status is 408 or 429 or >= 500)
            return new HubUnavailableException(
                $"{address.Authority} answered {status} {response.ReasonPhrase}",
                response.Headers.RetryAfter?.Delta
            );
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound => new HubException(
                $"{what} was not found at {_endpoint.Authority} (404); check the spelling, or give --token if it is private"
            ),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new HubException(
                $"{_endpoint.Authority} refuses {what} ({status}); {(_token is null ? "give --token" : "the token has no access to it")}"
            ),
            HttpStatusCode.RequestedRangeNotSatisfiable => new HubException(
                $"{what}: the endpoint's file is shorter than it says (416)"
            ),
            _ => new HubException($"{address.Authority} answered {status} {response.ReasonPhrase} for {what}"),
        };
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri page, CancellationToken cancellation)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxListingBytes, cancellation);
            return await response.Content.ReadAsByteArrayAsync(cancellation);
        }
        catch (HttpRequestException error)
        {
            throw new HubUnavailableException(
                $"{page.Authority}: the listing broke off: {error.Message}",
                inner: error
            );
        }
    }

    private static void AddFiles(byte[] json, Uri page, List<HubFile> files)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (entry.GetProperty("type").GetString() != "file")
                    continue;
                string path = entry.GetProperty("path").GetString() ?? throw new FormatException("a path is null");
                bool isLarge = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
                long size = (
                    isLarge && lfs.TryGetProperty("size", out var large) ? large : entry.GetProperty("size")
                ).GetInt64();
                if (size < 0)
                    throw new FormatException($"{path} has the size {size}");
                files.Add(new HubFile(path, size, isLarge ? Digest(lfs.GetProperty("oid").GetString()) : null));
            }
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HubException($"{page} is no listing of files: {error.Message}", error);
        }
    }

    private static string Digest(string? oid)
    {
        string digest = (oid ?? "").Replace("sha256:", "", StringComparison.Ordinal).ToLowerInvariant();
        return digest.Length == 64 && digest.All(char.IsAsciiHexDigit)
            ? digest
            : throw new FormatException($"lfs.oid '{oid}' is no SHA-256");
    }

    // Long listings come in pages: Link: <address>; rel="next" (RFC 8288).
    private Uri? NextPage(HttpResponseMessage response, Uri page)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
            return null;
        foreach (string link in links.SelectMany(value => value.Split(',')))
        {
            int end = link.IndexOf('>', StringComparison.Ordinal);
            if (!link.Contains("rel=\"next\"", StringComparison.Ordinal) || end < 0)
                continue;
            int start = link.IndexOf('<', StringComparison.Ordinal);
            var next =
                start >= 0 && start < end && Uri.TryCreate(page, link[(start + 1)..end], out var address)
                    ? address
                    : null;
            return next is not null && IsHome(next)
                ? next
                : throw new HubException($"{page} continues elsewhere: {link.Trim()}");
        }
        return null;
    }
}
