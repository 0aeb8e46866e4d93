// Owns what the server measures of requests, under vLLM's metric names and buckets, so that dashboards and routers made
// for vLLM read Tern as it is.
using System.Collections.Concurrent;
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;

namespace Tern.Server.Metrics;

/// <summary>Counters and histograms of requests; the engine's own counters are read when scraped.</summary>
/// <param name="engine">The engine whose counters are shown.</param>
internal sealed class ServerMetrics(IEngineClient engine)
{
    private static readonly double[] s_ttft =
    [
        .001,
        .005,
        .01,
        .02,
        .04,
        .06,
        .08,
        .1,
        .25,
        .5,
        .75,
        1,
        2.5,
        5,
        7.5,
        10,
        20,
        40,
        80,
        160,
        640,
        2560,
    ];
    private static readonly double[] s_itl =
    [
        .01,
        .025,
        .05,
        .075,
        .1,
        .15,
        .2,
        .3,
        .4,
        .5,
        .75,
        1,
        2.5,
        5,
        7.5,
        10,
        20,
        40,
        80,
    ];
    private static readonly double[] s_latency =
    [
        .3,
        .5,
        .8,
        1,
        1.5,
        2,
        2.5,
        5,
        10,
        15,
        20,
        30,
        40,
        50,
        60,
        120,
        240,
        480,
        960,
        1920,
        7680,
    ];
    private static readonly double[] s_tokens =
    [
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        1000,
        2000,
        5000,
        10_000,
        20_000,
        50_000,
        100_000,
    ];

    private readonly Histogram _ttft = new(
        "vllm:time_to_first_token_seconds",
        "Time to first token in seconds.",
        s_ttft
    );
    private readonly Histogram _itl = new("vllm:inter_token_latency_seconds", "Time between tokens in seconds.", s_itl);
    private readonly Histogram _tpot = new(
        "vllm:request_time_per_output_token_seconds",
        "Mean time per output token of a request in seconds.",
        s_itl
    );
    private readonly Histogram _e2e = new(
        "vllm:e2e_request_latency_seconds",
        "End-to-end request latency in seconds.",
        s_latency
    );
    private readonly Histogram _queue = new(
        "vllm:request_queue_time_seconds",
        "Time in the waiting queue in seconds.",
        s_latency
    );
    private readonly Histogram _inference = new(
        "vllm:request_inference_time_seconds",
        "Time in the running state in seconds.",
        s_latency
    );
    private readonly Histogram _prefill = new(
        "vllm:request_prefill_time_seconds",
        "Time in prefill in seconds.",
        s_latency
    );
    private readonly Histogram _decode = new(
        "vllm:request_decode_time_seconds",
        "Time in decode in seconds.",
        s_latency
    );
    private readonly Histogram _promptTokens = new(
        "vllm:request_prompt_tokens",
        "Prompt tokens of a request.",
        s_tokens
    );
    private readonly Histogram _generationTokens = new(
        "vllm:request_generation_tokens",
        "Generated tokens of an answer.",
        s_tokens
    );
    private readonly Histogram _paramsN = new(
        "vllm:request_params_n",
        "The n parameter of requests.",
        [1, 2, 5, 10, 20]
    );
    private readonly Histogram _paramsMaxTokens = new(
        "vllm:request_params_max_tokens",
        "The max_tokens parameter of requests.",
        s_tokens
    );
    private readonly ConcurrentDictionary<FinishReason, long> _finished = new();
    private readonly ConcurrentDictionary<(string Method, string Handler, int Status), long> _http = new();

    /// <summary>Counts a finished HTTP request.</summary>
    public void CountHttp(string method, string handler, int status) =>
        _http.AddOrUpdate((method, handler, status), 1, (_, count) => count + 1);

    /// <summary>Notes a request's parameters.</summary>
    public void OnRequest(SamplingParams sampling)
    {
        _paramsN.Observe(sampling.N);
        if (sampling.MaxTokens is { } limit)
            _paramsMaxTokens.Observe(limit);
    }

    /// <summary>Notes the time to an answer's first token.</summary>
    public void OnFirstToken(double seconds) => _ttft.Observe(seconds);

    /// <summary>Notes tokens that came after the first.</summary>
    public void OnTokens(int count, double secondsPerToken)
    {
        for (int i = 0; i < count; i++)
            _itl.Observe(secondsPerToken);
    }

    /// <summary>Notes the end of an answer.</summary>
    public void OnFinish(FinishReason reason, in GenerationUsage usage, double seconds)
    {
        _finished.AddOrUpdate(reason, 1, (_, count) => count + 1);
        _e2e.Observe(seconds);
        _queue.Observe(usage.QueueMs / 1000);
        _prefill.Observe(usage.PrefillMs / 1000);
        _decode.Observe(usage.DecodeMs / 1000);
        _inference.Observe((usage.PrefillMs + usage.DecodeMs) / 1000);
        _promptTokens.Observe(usage.PromptTokens);
        _generationTokens.Observe(usage.CompletionTokens);
        if (usage.CompletionTokens > 1)
            _tpot.Observe(usage.DecodeMs / 1000 / (usage.CompletionTokens - 1));
    }

    /// <summary>Writes the Prometheus text exposition (format 0.0.4).</summary>
    public void Write(TextWriter writer)
    {
        var info = engine.Info;
        var stats = engine.Stats;
        string labels = $"model_name=\"{Escape(info.ModelName)}\",engine=\"0\"";
        Gauge("vllm:num_requests_running", "Sequences being run.", stats.Running);
        Gauge("vllm:num_requests_waiting", "Sequences waiting.", stats.Waiting);
        Gauge(
            "vllm:kv_cache_usage_perc",
            "Share of KV blocks held by sequences, 1 = all.",
            info.TotalBlocks == 0 ? 0 : (double)stats.UsedBlocks / info.TotalBlocks
        );
        Gauge("tern:kv_blocks_used", "KV blocks held by sequences.", stats.UsedBlocks);
        Gauge(
            "tern:engine_seconds_without_progress",
            "Seconds since the engine last completed a step or had no work.",
            stats.MsWithoutProgress / 1000
        );
        Gauge(
            "tern:threadpool_queue_length",
            "Work items waiting for a .NET thread-pool thread.",
            ThreadPool.PendingWorkItemCount
        );
        Gauge(
            "tern:gc_pause_seconds_total",
            "Time the .NET garbage collector paused the process.",
            GC.GetTotalPauseDuration().TotalSeconds
        );
        Head("vllm:cache_config_info", "KV cache configuration.", "gauge");
        writer.Write(
            $"vllm:cache_config_info{{{labels},block_size=\"{info.BlockSize}\",num_gpu_blocks=\"{info.TotalBlocks}\"}} 1\n"
        );
        Counter("vllm:prompt_tokens_total", "Prompt tokens.", stats.PromptTokens);
        Counter("vllm:prompt_tokens_cached_total", "Prompt tokens served from the prefix cache.", stats.PrefixHits);
        Counter("vllm:generation_tokens_total", "Generated tokens.", stats.GenerationTokens);
        Counter("vllm:prefix_cache_queries_total", "Tokens looked up in the prefix cache.", stats.PrefixQueries);
        Counter("vllm:prefix_cache_hits_total", "Tokens found in the prefix cache.", stats.PrefixHits);
        Counter("vllm:num_preemptions_total", "Preemptions.", stats.Preemptions);
        Counter("vllm:corrupted_requests_total", "Requests whose logits were not finite.", stats.CorruptedRequests);
        Counter("tern:engine_steps_total", "Engine steps.", stats.Steps);
        Head("vllm:request_success_total", "Answers by finish reason.", "counter");
        foreach (var reason in Enum.GetValues<FinishReason>())
        {
            string name = reason is FinishReason.Cancelled ? "abort" : reason.ToString().ToLowerInvariant();
            writer.Write(
                $"vllm:request_success_total{{{labels},finished_reason=\"{name}\"}} {_finished.GetValueOrDefault(reason)}\n"
            );
        }
        foreach (
            var histogram in (ReadOnlySpan<Histogram>)
                [
                    _ttft,
                    _itl,
                    _tpot,
                    _e2e,
                    _queue,
                    _inference,
                    _prefill,
                    _decode,
                    _promptTokens,
                    _generationTokens,
                    _paramsN,
                    _paramsMaxTokens,
                ]
        )
            histogram.Write(writer, labels);
        Head("http_requests_total", "HTTP requests.", "counter");
        foreach (var ((method, handler, status), count) in _http.OrderBy(entry => entry.Key))
            writer.Write(
                $"http_requests_total{{method=\"{method}\",handler=\"{handler}\",status=\"{status}\"}} {count}\n"
            );

        void Head(string name, string help, string type) =>
            writer.Write($"# HELP {name} {help}\n# TYPE {name} {type}\n");
        void Gauge(string name, string help, double value)
        {
            Head(name, help, "gauge");
            writer.Write(FormattableString.Invariant($"{name}{{{labels}}} {value}\n"));
        }
        void Counter(string name, string help, long value)
        {
            Head(name, help, "counter");
            writer.Write($"{name}{{{labels}}} {value}\n");
        }
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
