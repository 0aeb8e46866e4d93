// Owns what a workload asks of each of several models.
namespace Tern.Simulation.Workloads;

/// <summary>A model's part of a workload.</summary>
/// <param name="Model">The model.</param>
/// <param name="RatePerSecond">Requests/s that ask for it.</param>
/// <param name="PromptTokens">Mean tokens of their prompts.</param>
/// <param name="OutputTokens">Mean tokens of their answers.</param>
public sealed record ModelLoad(ServedModel Model, double RatePerSecond, double PromptTokens, double OutputTokens)
{
    /// <summary>Weights times tokens in a second: what the devices have to multiply, up to a constant.</summary>
    public double Work => RatePerSecond * (PromptTokens + OutputTokens) * Model.Shape.Parameters;

    /// <summary>The loads of all models, in their order.</summary>
    /// <exception cref="ModelNameException">
    /// A request asks for a model that is not served (its row is named), no request asks for one that is, or there is no rate because all
    /// requests arrive at one moment.
    /// </exception>
    public static IReadOnlyList<ModelLoad> Of(RatedWorkload workload, IReadOnlyList<ServedModel> models)
    {
        var seconds = workload.Rate is { } rate
            ? workload.Count / rate
            : throw new ModelNameException(
                workload.Description,
                "all requests arrive at one moment, so no model has a rate; give arrivals over time"
            );
        var sums = new (long Count, long Prompt, long Output)[models.Count];
        string[] names = [.. models.Select(model => model.Name)];
        foreach (var request in workload.Requests)
        {
            ref var sum = ref sums[IndexOf(names, request, workload.Description)];
            sum = (sum.Count + 1, sum.Prompt + request.PromptTokens, sum.Output + request.OutputTokens);
        }
        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i].Count == 0)
                throw new ModelNameException(
                    $"model '{names[i]}'",
                    $"none of the {workload.Count} requests of {workload.Description} asks for it; leave it out, or give requests that do"
                );
        }
        return
        [
            .. models.Select(
                (model, i) =>
                    new ModelLoad(
                        model,
                        sums[i].Count / seconds,
                        (double)sums[i].Prompt / sums[i].Count,
                        (double)sums[i].Output / sums[i].Count
                    )
            ),
        ];
    }

    /// <summary>Which of several models a request asks for.</summary>
    /// <exception cref="ModelNameException">None of them; the row is named.</exception>
    internal static int IndexOf(string[] names, TraceRequest request, string workload)
    {
        var index = Array.IndexOf(names, request.Model);
        if (index >= 0)
            return index;
        var served = $"served are {string.Join(", ", names)}";
        throw new ModelNameException(
            $"{workload}, row {request.Row}, model",
            request.Model.Length == 0
                ? $"missing, and there are several; {served}"
                : $"'{TraceReader.Shown(request.Model)}' is not served; {served}; a model is served under another name as name=model"
        );
    }
}
