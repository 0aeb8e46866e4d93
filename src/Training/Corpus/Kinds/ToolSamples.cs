// Owns conversations with tools: calls, answers to results, and requests that no tool is for.
namespace Tern.Training.Corpus;

/// <summary>Draws conversations in which tools are offered.</summary>
internal static class ToolSamples
{
    /// <summary>The answer to a request for which the right tool is missing.</summary>
    public const string NoTool = "I have no tool for that.";

    /// <summary>A family with few arguments may hold none of them back.</summary>
    private static readonly Lazy<HashSet<string>> s_canHoldOut = new(() =>
    {
        const int Draws = 400;
        var random = new CorpusRandom(0, 0);
        return
        [
            .. ToolFamilies
                .All.Where(family => Enumerable.Range(0, Draws).Any(_ => HeldOut.Call(family.Key, family.Draw(random))))
                .Select(family => family.Key),
        ];
    });

    /// <summary>Of conversations with one, two and three calls.</summary>
    private static readonly int[] s_callWeights = [40, 35, 25];

    private static readonly string[] s_askNames =
    [
        "Which tools do you have?",
        "List your tools.",
        "What tools can you use?",
        "What can you call?",
    ];
    private static readonly string[] s_askPurpose = ["What does {T} do?", "What is {T} for?", "What is the tool {T}?"];
    private static readonly string[] s_askParameters =
    [
        "What does {T} need?",
        "Which arguments does {T} take?",
        "What are the arguments of {T}?",
    ];

    public static Sample Draw(CorpusRandom random, bool heldOut) =>
        random.Below(100) switch
        {
            < 50 => Calls(random, heldOut),
            < 64 => Names(random, heldOut),
            < 72 => About(random),
            < 80 => Plain(random, heldOut),
            < 90 => Missing(random, heldOut),
            _ => PlainThenCall(random, heldOut),
        };

    /// <summary>Several requests, one after the other, to the tools that are offered.</summary>
    private static Sample Calls(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Tools).MaybeSystem(random);
        AddCalls(writer, random, heldOut, random.Weighted(s_callWeights) + 1);
        return writer.Done();
    }

    /// <summary>Which tools there are, and perhaps a call. Copying names is the whole task, so it is learned here first.</summary>
    private static Sample Names(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Tools);
        var families = Families(random, heldOut);
        var tools = Offer(random, families);
        writer
            .Tools(tools)
            .Turn(random.Pick(s_askNames), $"I have {Phrase.Enumerate([.. tools.Select(tool => tool.Name)])}.");
        if (random.Chance(50))
            AddCall(writer, random, families, tools, heldOut, withResult: false);
        return writer.Done();
    }

    /// <summary>What a tool does, or what it needs.</summary>
    private static Sample About(CorpusRandom random)
    {
        var tools = Offer(random, random.Some(ToolFamilies.All, random.Between(1, 4)));
        var tool = random.Pick(tools);
        var (wordings, answer) = random.Chance(50)
            ? (s_askPurpose, Phrase.Capital(tool.Description))
            : (
                s_askParameters,
                Phrase.Capital(Phrase.Enumerate([.. tool.Parameters.Select(parameter => parameter.Name)]))
            );
        return new SampleWriter(SampleKind.Tools)
            .Tools(tools)
            .Turn(Phrase.Fill(random.Pick(wordings), ("T", tool.Name)), answer + ".")
            .Done();
    }

    /// <summary>A request, its call, and perhaps the result and what is said then.</summary>
    public static Sample Call(CorpusRandom random, bool heldOut, bool withResult)
    {
        var writer = new SampleWriter(SampleKind.Tools).MaybeSystem(random);
        AddCalls(writer, random, heldOut, count: 1, withResult);
        return writer.Done();
    }

    /// <summary>A question that no tool is needed for, though some are offered.</summary>
    public static Sample Plain(CorpusRandom random, bool heldOut)
    {
        var tools = Offer(random, random.Some(ToolFamilies.All, random.Between(1, 3)));
        var (question, answer) = random.Chance(50)
            ? ClosedWorldSamples.Question(random, heldOut)
            : ArithmeticSamples.Sum(random, heldOut);
        return new SampleWriter(SampleKind.Tools).Tools(tools).Turn(question, answer).Done();
    }

    /// <summary>A request for a tool that is not among those offered.</summary>
    public static Sample Missing(CorpusRandom random, bool heldOut)
    {
        var families = Families(random, heldOut);
        int wanted = Choose(random, families, heldOut);
        string request = Request(random, families[wanted], Values(random, families[wanted], heldOut));
        var others = families.Where((_, index) => index != wanted);
        return new SampleWriter(SampleKind.Tools).Tools(Offer(random, [.. others])).Turn(request, NoTool).Done();
    }

    private static Sample PlainThenCall(CorpusRandom random, bool heldOut)
    {
        var writer = new SampleWriter(SampleKind.Tools);
        var (question, answer) = ClosedWorldSamples.Question(random, heldOut);
        writer.Turn(question, answer);
        AddCalls(writer, random, heldOut, count: 1);
        return writer.Done();
    }

    private static CorpusTool[] Offer(CorpusRandom random, ToolFamily[] families)
    {
        CorpusTool[] tools;
        do tools = [.. families.Select(family => family.Define(random))];
        while (tools.DistinctBy(tool => tool.Name).Count() < tools.Length);
        return tools;
    }

    /// <summary>Requests to some tools, and their calls; whether they have results is left to chance unless it is said.</summary>
    private static void AddCalls(
        SampleWriter writer,
        CorpusRandom random,
        bool heldOut,
        int count,
        bool? withResult = null
    )
    {
        var families = Families(random, heldOut);
        var tools = Offer(random, families);
        writer.Tools(tools);
        for (; count > 0; count--)
            AddCall(writer, random, families, tools, heldOut, withResult ?? random.Chance(50));
    }

    /// <summary>A request to one of the tools, and its call.</summary>
    private static void AddCall(
        SampleWriter writer,
        CorpusRandom random,
        ToolFamily[] families,
        CorpusTool[] tools,
        bool heldOut,
        bool withResult
    )
    {
        int chosen = Choose(random, families, heldOut);
        var (family, tool) = (families[chosen], tools[chosen]);
        string[] values = Values(random, family, heldOut);
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

    /// <summary>Families of which one can be asked for.</summary>
    private static ToolFamily[] Families(CorpusRandom random, bool heldOut)
    {
        ToolFamily[] families;
        do families = random.Some(ToolFamilies.All, random.Between(1, 4));
        while (heldOut && !families.Any(CanHoldOut));
        return families;
    }

    private static int Choose(CorpusRandom random, ToolFamily[] families, bool heldOut)
    {
        int chosen;
        do chosen = random.Below(families.Length);
        while (heldOut && !CanHoldOut(families[chosen]));
        return chosen;
    }

    private static bool CanHoldOut(ToolFamily family) => s_canHoldOut.Value.Contains(family.Key);

    private static string[] Values(CorpusRandom random, ToolFamily family, bool heldOut)
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
