// Owns conversations with tools: calls, answers to results, and requests that no tool is for.
namespace Tern.Training.Corpus;

/// <summary>Draws conversations in which tools are offered.</summary>
internal static class ToolSamples
{
    /// <summary>The answer to a request for which the right tool is missing.</summary>
    public const string NoTool = "I have no tool for that.";

    public static Sample Draw(CorpusRandom random, bool heldOut) =>
        random.Below(100) switch
        {
            < 68 => Call(random, heldOut, withResult: random.Chance(50)),
            < 80 => Plain(random, heldOut),
            < 90 => Missing(random, heldOut),
            _ => PlainThenCall(random, heldOut),
        };

    /// <summary>A request, its call, and perhaps the result and what is said then.</summary>
    public static Sample Call(CorpusRandom random, bool heldOut, bool withResult)
    {
        var families = random.Some(ToolFamilies.All, random.Between(1, 4));
        var (tools, right) = Offer(random, families);
        var writer = new SampleWriter(SampleKind.Tools).MaybeSystem(random).Tools(tools);
        AddCall(writer, random, families[right], tools[right], heldOut, withResult);
        return writer.Done();
    }

    private static Sample Plain(CorpusRandom random, bool heldOut)
    {
        var (tools, _) = Offer(random, random.Some(ToolFamilies.All, random.Between(1, 3)));
        var (question, answer) = random.Chance(50)
            ? ClosedWorldSamples.Question(random, heldOut)
            : ArithmeticSamples.Sum(random, heldOut);
        return new SampleWriter(SampleKind.Tools).Tools(tools).Turn(question, answer).Done();
    }

    private static Sample Missing(CorpusRandom random, bool heldOut)
    {
        var families = random.Some(ToolFamilies.All, random.Between(1, 4));
        var (tools, _) = Offer(random, families[1..]);
        string[] values = Arguments(random, families[0], heldOut);
        return new SampleWriter(SampleKind.Tools)
            .Tools(tools)
            .Turn(Request(random, families[0], values), NoTool)
            .Done();
    }

    private static Sample PlainThenCall(CorpusRandom random, bool heldOut)
    {
        var families = random.Some(ToolFamilies.All, random.Between(1, 3));
        var (tools, right) = Offer(random, families);
        var writer = new SampleWriter(SampleKind.Tools).Tools(tools);
        var (question, answer) = ClosedWorldSamples.Question(random, heldOut);
        writer.Turn(question, answer);
        AddCall(writer, random, families[right], tools[right], heldOut, withResult: true);
        return writer.Done();
    }

    private static (CorpusTool[] Tools, int Right) Offer(CorpusRandom random, ToolFamily[] families)
    {
        CorpusTool[] tools;
        do tools = [.. families.Select(family => family.Define(random))];
        while (tools.DistinctBy(tool => tool.Name).Count() < tools.Length);
        return (tools, tools.Length == 0 ? -1 : random.Below(tools.Length));
    }

    private static void AddCall(
        SampleWriter writer,
        CorpusRandom random,
        ToolFamily family,
        CorpusTool tool,
        bool heldOut,
        bool withResult
    )
    {
        string[] values = Arguments(random, family, heldOut);
        var members = tool.Parameters.Zip(
            values,
            (parameter, value) => $"\"{parameter.Name}\": {(parameter.Type == "integer" ? value : $"\"{value}\"")}"
        );
        writer.Call(Request(random, family, values), new CorpusCall(tool.Name, $"{{{string.Join(", ", members)}}}"));
        if (withResult)
        {
            var (json, answer) = family.Result(random, values);
            writer.Result(json, answer);
        }
    }

    private static string[] Arguments(CorpusRandom random, ToolFamily family, bool heldOut)
    {
        while (true)
        {
            string[] values = family.Draw(random);
            if (HeldOut.Call(family.Key, values) == heldOut)
                return values;
        }
    }

    private static string Request(CorpusRandom random, ToolFamily family, string[] values) =>
        Phrase.Fill(random.Pick(family.Requests), [.. values.Select((value, index) => ($"{index}", value))]);
}
