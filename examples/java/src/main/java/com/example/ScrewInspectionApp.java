package com.example;

import software.amazon.awscdk.App;

public class ScrewInspectionApp {
    public static void main(final String[] args) {
        App app = new App();
        ScrewInspectionStack screws = new ScrewInspectionStack(app, "ScrewInspection");
        new AlarmsStack(app, "ScrewInspectionAlarms", screws.getProvider());
        app.synth();
    }
}
