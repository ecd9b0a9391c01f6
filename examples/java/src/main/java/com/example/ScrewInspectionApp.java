package com.example;

import software.amazon.awscdk.App;

public class ScrewInspectionApp {
    public static void main(final String[] args) {
        App app = new App();
        new ScrewInspectionStack(app, "ScrewInspection");
        app.synth();
    }
}
