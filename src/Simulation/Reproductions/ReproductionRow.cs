// Owns one published figure beside what the simulator gives for it.
using System.Globalization;

namespace Tern.Simulation.Reproductions;

/// <summary>A published figure, the measured one, and the band in which it counts as reproduced.</summary>
public sealed record ReproductionRow
{
    /// <summary>The experiment: a table, a figure or a section of the publication.</summary>
    public required string Experiment { get; init; }

    /// <summary>What is measured, with its unit.</summary>
    public required string Quantity { get; init; }

    /// <summary>What was published, as text: a value, a range or an order.</summary>
    public required string Published { get; init; }

    /// <summary>What the simulator gives.</summary>
    public required double Measured { get; init; }

    /// <summary>Smallest value that counts as reproduced.</summary>
    public required double Lowest { get; init; }

    /// <summary>Largest value that counts as reproduced.</summary>
    public required double Highest { get; init; }

    /// <summary>The published value if it is one number; the deviation is measured from it.</summary>
    public double? PublishedValue { get; init; }

    /// <summary>Model, device, workload, seeds and fitted constants that the measured value rests on.</summary>
    public required string Inputs { get; init; }

    /// <summary>Why it is outside its band, or what the figure leaves open; empty if there is nothing to say.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Whether the figure is reproduced.</summary>
    public bool IsMet => Measured >= Lowest && Measured <= Highest;

    /// <summary>Relative deviation from the published value; null if that is no number.</summary>
    public double? Deviation => PublishedValue is { } published ? (Measured - published) / published : null;

    /// <summary>A number to be met within a relative band, for example 0.1 for 10 %.</summary>
    public static ReproductionRow Within(
        string experiment,
        string quantity,
        double published,
        double measured,
        double band,
        string inputs
    ) => Around(experiment, quantity, published, measured, Math.Abs(published) * band, inputs);

    /// <summary>A number to be met within an absolute band, for example 6 points of attainment.</summary>
    public static ReproductionRow Around(
        string experiment,
        string quantity,
        double published,
        double measured,
        double band,
        string inputs
    ) =>
        new()
        {
            Experiment = experiment,
            Quantity = quantity,
            Published = published.ToString("0.####", CultureInfo.InvariantCulture),
            PublishedValue = published,
            Measured = measured,
            Lowest = published - band,
            Highest = published + band,
            Inputs = inputs,
        };

    /// <summary>A published range.</summary>
    public static ReproductionRow Between(
        string experiment,
        string quantity,
        double lowest,
        double highest,
        double measured,
        string inputs
    ) =>
        new()
        {
            Experiment = experiment,
            Quantity = quantity,
            Published = string.Create(CultureInfo.InvariantCulture, $"{lowest:0.####} to {highest:0.####}"),
            Measured = measured,
            Lowest = lowest,
            Highest = highest,
            Inputs = inputs,
        };

    /// <summary>A statement that holds or does not, for example the order of systems.</summary>
    public static ReproductionRow Holds(string experiment, string statement, bool holds, string inputs) =>
        new()
        {
            Experiment = experiment,
            Quantity = statement,
            Published = "holds",
            Measured = holds ? 1 : 0,
            Lowest = 1,
            Highest = 1,
            Inputs = inputs,
        };
}
